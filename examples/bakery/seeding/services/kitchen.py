"""Recipes and production."""

from datetime import timedelta
from itertools import cycle

from ..copy_text import NULL
from ..draw import Draw
from ..tables import Columns, Service, Table
from .. import words
from .audit import audit_logs


def recipes(d: Draw) -> Columns:
    _, name, _ = d.products()
    return {
        "id": d.ids("recipes"),
        "tenant_id": d.tenant_id(),
        "name": name,
        "category": d.one_of(words.RECIPE_CATEGORIES, nulls=0.05),
        "yield_quantity": d.numbers(1, 80, digits=0),
        "yield_unit": d.one_of(("piece", "kg")),
        "version": d.numbers(1, 9, digits=0),
        "nutrition": d.made_by(lambda rng: {"kcal": rng.randrange(150, 480), "sel_g": round(rng.random(), 2)}, nulls=0.1),
        "notes": d.one_of(words.NOTES, nulls=0.6),
        "created_by": d.users(),
        "created_at": d.moments(),
    }


def recipe_ingredients(d: Draw) -> Columns:
    """Each fifth ingredient is a recipe of its own; no recipe is an ingredient of itself."""
    owners, position = d.parents("recipes")
    recipe_id = list(owners)
    sub_recipe = [used if i % 5 == 4 and used != owner else NULL
                  for i, (owner, used) in enumerate(zip(recipe_id, d.some_of("recipes")))]
    product_id, _, _ = d.products()
    return {
        "id": d.ids(),
        "recipe_id": recipe_id,
        "ingredient_recipe_id": sub_recipe,
        "product_id": (product if used == NULL else NULL for product, used in zip(product_id, sub_recipe)),
        "position": position,
        "name": d.one_of(words.INGREDIENTS),
        "quantity": d.numbers(0.05, 5, digits=3),
        "unit": d.one_of(("kg", "l", "piece")),
    }


def recipe_steps(d: Draw) -> Columns:
    recipe_id, step_number = d.parents("recipes")
    return {
        "recipe_id": recipe_id,
        "step_number": step_number,
        "instruction": d.one_of(words.INSTRUCTIONS),
        "minutes": d.numbers(1, 90, digits=0, nulls=0.1),
        "temperature_celsius": d.numbers(4, 260, digits=1, nulls=0.5),
    }


def production_schedules(d: Draw) -> Columns:
    return {
        "id": d.ids("production_schedules"),
        "tenant_id": d.tenant_id(),
        "scheduled_on": d.dates(),
        "shift": d.one_of(("night", "morning", "evening")),
        "is_published": d.one_of((True, True, False)),
        "notes": d.one_of(words.NOTES, nulls=0.7),
        "created_by": d.users(),
        "created_at": d.moments(),
    }


def production_runs(d: Draw) -> Columns:
    recipe_id, recipe_name, _ = d.products()
    started_at, finished_at = d.spans(timedelta(hours=9), open_ended=0.1)
    return {
        "id": d.ids("production_runs"),
        "tenant_id": d.tenant_id(),
        "schedule_id": d.some_of("production_schedules", nulls=0.1),
        "recipe_id": recipe_id,
        "recipe_name": recipe_name,
        "batch_number": d.numbered("B-"),
        "status": d.one_of(("planned", "running", "done", "done", "done", "failed")),
        "planned_quantity": d.numbers(10, 200, digits=0),
        "actual_quantity": d.numbers(5, 200, digits=0, nulls=0.2),
        "started_at": started_at,
        "finished_at": finished_at,
        "created_by": d.users(),
    }


def run_ingredients(d: Draw) -> Columns:
    run_id, _ = d.parents("production_runs")
    product_id, _, _ = d.products()
    return {
        "id": d.ids(),
        "run_id": run_id,
        "product_id": product_id,
        "name": d.one_of(words.INGREDIENTS),
        "planned_quantity": d.numbers(0.1, 40, digits=3),
        "used_quantity": d.numbers(0.1, 42, digits=3, nulls=0.2),
        "lot_number": d.made_by(lambda rng: f"L{rng.randrange(10**6):06d}", nulls=0.3),
    }


def run_steps(d: Draw) -> Columns:
    run_id, step_number = d.parents("production_runs")
    started_at, finished_at = d.spans(timedelta(hours=2), open_ended=0.1)
    return {
        "run_id": run_id,
        "step_number": step_number,
        "instruction": d.one_of(words.INSTRUCTIONS),
        "started_at": started_at,
        "finished_at": finished_at,
    }


def quality_checks(d: Draw) -> Columns:
    run_id, _ = d.parents("production_runs")
    return {
        "id": d.ids(),
        "tenant_id": d.tenant_id(),
        "run_id": run_id,
        "kind": cycle(("weight", "temperature", "colour", "texture", "taste")),
        "score": d.numbers(35, 100, digits=0),
        "measurements": d.made_by(lambda rng: {"core_celsius": rng.randrange(88, 99), "ok": rng.random() < 0.9}, nulls=0.3),
        "inspected_by": d.users(),
        "checked_at": d.moments(),
    }


RECIPES = Service("recipes", 500, [
    Table("recipes", 12, recipes),
    Table("recipe_ingredients", 52, recipe_ingredients),
    Table("recipe_steps", 32, recipe_steps),
    audit_logs(4, "recipes"),
])

PRODUCTION = Service("production", 5_000, [
    Table("production_schedules", 6, production_schedules),
    Table("production_runs", 14, production_runs),
    Table("run_ingredients", 36, run_ingredients),
    Table("run_steps", 28, run_steps),
    Table("quality_checks", 13, quality_checks),
    audit_logs(3, "production_runs", "production_schedules"),
])
