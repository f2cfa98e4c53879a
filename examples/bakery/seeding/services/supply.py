"""Inventory and suppliers."""

from datetime import timedelta

from ..draw import Draw
from ..tables import Columns, Service, Table
from .. import words
from .audit import audit_logs


def products(d: Draw) -> Columns:
    ids = [p.id for p in d.tenant.products[:d.rows]]
    ids += d.ids()[len(ids):]
    names = [p.name for p in d.tenant.products[:d.rows]]
    names += [f"{words.INGREDIENTS[i % len(words.INGREDIENTS)]} n° {i}" for i in range(d.rows - len(names))]
    return {
        "id": d.remember("products", ids),
        "tenant_id": d.tenant_id(),
        "sku": d.numbered("SKU-"),
        "name": names,
        "category": d.one_of(words.INGREDIENT_CATEGORIES, nulls=0.05),
        "unit": d.one_of(("g", "kg", "ml", "l", "piece")),
        "unit_cost": d.numbers(0.2, 30),
        "allergens": d.one_of(words.ALLERGENS),
        "is_active": d.one_of((True, True, True, False)),
        "created_at": d.moments(),
    }


def stock_items(d: Draw) -> Columns:
    product_id, _ = d.parents("products")
    return {
        "id": d.ids("stock_items"),
        "tenant_id": d.tenant_id(),
        "product_id": product_id,
        "location": d.one_of(("Réserve", "Chambre froide n°1", "Cámara 2", "Shop floor", "Baker's bench")),
        "quantity": d.numbers(20, 500, digits=3),
        "reserved": d.numbers(0, 20, digits=3),
        "reorder_level": d.numbers(5, 50, digits=3, nulls=0.2),
        "expires_on": d.dates(nulls=0.3),
        "updated_at": d.moments(),
    }


def purchase_orders(d: Draw) -> Columns:
    return {
        "id": d.ids("purchase_orders"),
        "tenant_id": d.tenant_id(),
        "supplier_id": d.one_of(d.ids(), nulls=0.1),
        "number": d.numbered("PO-"),
        "status": d.one_of(("draft", "sent", "received", "received", "cancelled")),
        "total_amount": d.numbers(50, 3000),
        "created_by": d.users(),
        "ordered_at": d.moments(),
        "expected_on": d.dates(nulls=0.2),
    }


def purchase_order_items(d: Draw) -> Columns:
    purchase_order_id, _ = d.parents("purchase_orders")
    return {
        "id": d.ids(),
        "purchase_order_id": purchase_order_id,
        "product_id": d.some_of("products"),
        "quantity": d.numbers(1, 60, digits=3),
        "received_quantity": d.numbers(0, 60, digits=3),
        "unit_cost": d.numbers(0.2, 30),
    }


def stock_movements(d: Draw) -> Columns:
    stock_item_id, _ = d.parents("stock_items")
    return {
        "tenant_id": d.tenant_id(),
        "stock_item_id": stock_item_id,
        "purchase_order_id": d.some_of("purchase_orders", nulls=0.6),
        "kind": d.one_of(("receipt", "usage", "usage", "usage", "waste", "adjustment", "transfer")),
        "quantity": d.numbers(-40, 60, digits=3),
        "reason": d.one_of(words.NOTES, nulls=0.8),
        "performed_by": d.users(),
        "moved_at": d.moments(),
    }


def stock_alerts(d: Draw) -> Columns:
    stock_item_id, _ = d.parents("stock_items")
    raised_at, resolved_at = d.spans(timedelta(days=3), open_ended=0.2)
    return {
        "id": d.ids(),
        "tenant_id": d.tenant_id(),
        "stock_item_id": stock_item_id,
        "kind": d.one_of(("low", "low", "out", "expiring", "expired")),
        "threshold": d.numbers(1, 40, digits=3, nulls=0.1),
        "raised_at": raised_at,
        "resolved_at": resolved_at,
    }


def suppliers(d: Draw) -> Columns:
    return {
        "id": d.ids("suppliers"),
        "tenant_id": d.tenant_id(),
        "name": d.one_of(words.SUPPLIERS),
        "contact_name": d.made_by(lambda rng: f"{rng.choice(words.FIRST_NAMES)} {rng.choice(words.LAST_NAMES)}", nulls=0.1),
        "email": d.made_by(lambda rng: f"orders{rng.randrange(900)}@supplier.example", nulls=0.1),
        "phone": d.made_by(lambda rng: f"+34 9{rng.randrange(10**8):08d}", nulls=0.2),
        "address": d.one_of([{"street": s, "city": c} for s in words.STREETS for c in words.CITIES], nulls=0.2),
        "vat_number": d.made_by(lambda rng: f"ES{rng.randrange(10**9):09d}", nulls=0.1),
        "rating": d.numbers(1, 5, digits=1, nulls=0.2),
        "is_active": d.one_of((True, True, True, False)),
        "created_at": d.moments(),
    }


def contracts(d: Draw) -> Columns:
    supplier_id, _ = d.parents("suppliers")
    starts_on, ends_on = d.date_spans(700, open_ended=0.3)
    return {
        "id": d.ids("contracts"),
        "tenant_id": d.tenant_id(),
        "supplier_id": supplier_id,
        "number": d.numbered("C-"),
        "terms": d.one_of(("30 jours fin de mois", "Pago a 60 días", "Net 14; 2% off if paid in 7"), nulls=0.1),
        "signed_by": d.users(),
        "starts_on": starts_on,
        "ends_on": ends_on,
    }


def supplier_orders(d: Draw) -> Columns:
    supplier_id, _ = d.parents("suppliers")
    return {
        "id": d.ids("supplier_orders"),
        "tenant_id": d.tenant_id(),
        "supplier_id": supplier_id,
        "contract_id": d.some_of("contracts", nulls=0.4),
        "number": d.numbered("SO-"),
        "status": d.one_of(("draft", "sent", "confirmed", "delivered", "delivered", "cancelled")),
        "total_amount": d.numbers(40, 4000),
        "created_by": d.users(),
        "ordered_at": d.moments(),
    }


def supplier_order_items(d: Draw) -> Columns:
    supplier_order_id, _ = d.parents("supplier_orders")
    return {
        "id": d.ids(),
        "supplier_order_id": supplier_order_id,
        "name": d.one_of(words.INGREDIENTS),
        "quantity": d.numbers(1, 100, digits=3),
        "unit_cost": d.numbers(0.2, 40),
    }


def payments(d: Draw) -> Columns:
    supplier_id, _ = d.parents("suppliers")
    return {
        "id": d.ids(),
        "tenant_id": d.tenant_id(),
        "supplier_id": supplier_id,
        "supplier_order_id": d.some_of("supplier_orders", nulls=0.2),
        "amount": d.numbers(20, 4000),
        "currency": d.one_of(("EUR", "EUR", "EUR", "GBP")),
        "method": d.one_of(("transfer", "card", "direct_debit", "cash")),
        "reference": d.made_by(lambda rng: f"RF{rng.randrange(10**10):010d}", nulls=0.1),
        "approved_by": d.users(),
        "paid_at": d.moments(),
    }


INVENTORY = Service("inventory", 2_000, [
    Table("products", 9, products),
    Table("stock_items", 14, stock_items),
    Table("purchase_orders", 8, purchase_orders),
    Table("purchase_order_items", 18, purchase_order_items),
    Table("stock_movements", 40, stock_movements),
    Table("stock_alerts", 7, stock_alerts),
    audit_logs(4, "products", "purchase_orders"),
])

SUPPLIERS = Service("suppliers", 1_000, [
    Table("suppliers", 6, suppliers),
    Table("contracts", 6, contracts),
    Table("supplier_orders", 24, supplier_orders),
    Table("supplier_order_items", 44, supplier_order_items),
    Table("payments", 16, payments),
    audit_logs(4, "suppliers", "supplier_orders"),
])
