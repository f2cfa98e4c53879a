"""Forecasting and training."""

import hashlib
from datetime import timedelta
from itertools import cycle

from ..artifacts import artifact_content
from ..copy_text import copy_text
from ..draw import Draw
from ..tables import Columns, Service, Table
from .. import words
from .audit import audit_logs


def prediction_batches(d: Draw) -> Columns:
    requested_at, finished_at = d.spans(timedelta(minutes=40), open_ended=0.1)
    return {
        "id": d.ids("prediction_batches"),
        "tenant_id": d.tenant_id(),
        "status": d.one_of(("queued", "running", "done", "done", "done", "failed")),
        "horizon_days": d.one_of((1, 7, 14, 30)),
        "requested_by": d.users(),
        "requested_at": requested_at,
        "finished_at": finished_at,
    }


def forecasts(d: Draw) -> Columns:
    batch_id, _ = d.parents("prediction_batches")
    product_id, product_name, _ = d.products()
    return {
        "id": d.ids("forecasts"),
        "tenant_id": d.tenant_id(),
        "batch_id": batch_id,
        "product_id": product_id,
        "product_name": product_name,
        "forecast_for": d.dates(),
        "quantity": d.numbers(20, 80, digits=3),
        "lower_bound": d.numbers(1, 20, digits=3, nulls=0.05),
        "upper_bound": d.numbers(80, 140, digits=3, nulls=0.05),
        "features": d.made_by(lambda rng: {"city": rng.choice(words.CITIES), "holiday": rng.random() < 0.1}, nulls=0.2),
        "created_by": d.users(nulls=0.3),
        "created_at": d.moments(),
    }


def prediction_cache(d: Draw) -> Columns:
    return {
        "id": d.ids(),
        "tenant_id": d.tenant_id(),
        "forecast_id": d.some_of("forecasts", nulls=0.2),
        "cache_key": d.numbered("forecast/"),
        "payload": d.made_by(lambda rng: {"tenant": d.tenant.id, "quantities": [rng.randrange(90) for _ in range(7)]}),
        "hits": d.numbers(0, 60, digits=0),
        "expires_at": d.moments(),
    }


def forecast_metrics(d: Draw) -> Columns:
    forecast_id, _ = d.parents("forecasts")
    return {
        "id": d.ids(),
        "tenant_id": d.tenant_id(),
        "forecast_id": forecast_id,
        "metric": cycle(("mae", "mape", "rmse", "bias")),
        "value": d.numbers(0, 20, digits=6),
        "measured_at": d.moments(),
    }


def training_jobs(d: Draw) -> Columns:
    product_id, _, _ = d.products()
    queued_at, finished_at = d.spans(timedelta(hours=3), open_ended=0.1)
    return {
        "id": d.ids("training_jobs"),
        "tenant_id": d.tenant_id(),
        "product_id": product_id,
        "status": d.one_of(("queued", "running", "done", "done", "done", "failed", "cancelled")),
        "parameters": d.made_by(lambda rng: {"trees": rng.randrange(50, 500), "seasonality": ["week", "année"]}),
        "error": d.one_of(words.ERRORS, nulls=0.85),
        "created_by": d.users(),
        "queued_at": queued_at,
        "finished_at": finished_at,
    }


def trained_models(d: Draw) -> Columns:
    training_job_id, _ = d.parents("training_jobs")
    _, name, _ = d.products()
    ids = d.ids("trained_models")
    return {
        "id": ids,
        "tenant_id": d.tenant_id(),
        "training_job_id": training_job_id,
        "previous_model_id": d.earlier(ids, every=2),
        "name": name,
        "version": d.numbers(1, 40, digits=0),
        "algorithm": d.one_of(("prophet", "lightgbm", "holt-winters")),
        "accuracy": d.numbers(0.6, 0.99, digits=6, nulls=0.1),
        "is_active": d.one_of((True, False, False)),
        "created_by": d.users(),
        "created_at": d.moments(),
    }


def model_artifacts(d: Draw) -> Columns:
    model_id, _ = d.parents("trained_models")
    ids = d.ids("model_artifacts")
    paths = [f"{d.tenant.id}/models/{id}.bin" for id in ids]
    contents = [artifact_content(path) for path in paths]
    d.files.extend(paths)
    return {
        "id": ids,
        "tenant_id": d.tenant_id(),
        "model_id": model_id,
        "kind": d.one_of(("weights", "weights", "scaler", "report")),
        "storage_path": paths,
        "size_bytes": (str(len(content)) for content in contents),
        "sha256": (copy_text(hashlib.sha256(content).digest()) for content in contents),
        "created_at": d.moments(),
    }


def training_logs(d: Draw) -> Columns:
    training_job_id, _ = d.parents("training_jobs")
    return {
        "tenant_id": d.tenant_id(),
        "training_job_id": training_job_id,
        "level": d.one_of(("debug", "info", "info", "info", "warning", "error")),
        "message": d.made_by(lambda rng: f"epoch {rng.randrange(80)}: loss={rng.random():.4f}\t"
                                         f"product «{rng.choice(words.PRODUCTS)}»"),
        "logged_at": d.moments(),
    }


def model_metrics(d: Draw) -> Columns:
    model_id, fold = d.parents("trained_models")
    return {
        "model_id": model_id,
        "metric": d.one_of(("mae", "mape", "rmse")),
        "fold": fold,
        "tenant_id": d.tenant_id(),
        "value": d.numbers(0, 12, digits=6),
    }


FORECASTING = Service("forecasting", 50_000, [
    Table("prediction_batches", 2, prediction_batches),
    Table("forecasts", 54, forecasts),
    Table("prediction_cache", 14, prediction_cache),
    Table("forecast_metrics", 28, forecast_metrics),
    audit_logs(2, "forecasts", "prediction_batches"),
])

TRAINING = Service("training", 10_000, [
    Table("training_jobs", 7, training_jobs),
    Table("trained_models", 6, trained_models),
    Table("model_artifacts", 8, model_artifacts),
    Table("training_logs", 58, training_logs),
    Table("model_metrics", 18, model_metrics),
    audit_logs(3, "trained_models", "training_jobs"),
])
