"""Orders and sales."""

from datetime import timedelta
from itertools import count

from ..draw import Draw, day
from ..tables import Columns, Service, Table
from ..tenant import ascii_lower
from .. import words
from .audit import audit_logs

STATUSES = ("pending", "confirmed", "in_production", "ready", "delivered", "cancelled")
PREFERENCES = ("language", "contact", "allergies", "newsletter", "favourite", "packaging")
PREFERENCE_VALUES = ({"by": "sms", "before": "20:00"}, ["nuts", "lait"], {"is": "Pain d'épices"}, {"is": None})
DELIVERY = timedelta(days=5)


def customers(d: Draw) -> Columns:
    ids = d.ids("customers")
    full_name, mailbox = d.tuples_of([(f"{first} {last}", f"{ascii_lower(first)}.{ascii_lower(last)}")
                                      for first in words.FIRST_NAMES for last in words.LAST_NAMES])
    return {
        "id": ids,
        "tenant_id": d.tenant_id(),
        "full_name": full_name,
        "email": (f"{name}{number}@mail.example" for name, number in zip(mailbox, count(1))),
        "phone": d.made_by(lambda rng: f"+33 6 {rng.randrange(10**8):08d}", nulls=0.2),
        "address": d.made_by(lambda rng: f"{rng.randrange(1, 200)}, {rng.choice(words.STREETS)}\n"
                                         f"{rng.choice(words.CITIES)}", nulls=0.2),
        "referred_by_id": d.earlier(ids, every=5),
        "loyalty_points": d.numbers(0, 900, digits=0),
        "notes": d.one_of(words.NOTES, nulls=0.7),
        "created_at": d.moments(),
    }


def customer_preferences(d: Draw) -> Columns:
    customer_id, position = d.parents("customers")
    return {
        "customer_id": customer_id,
        "preference": (f"{PREFERENCES[int(p) % len(PREFERENCES)]}_{p}" for p in position),
        "value": d.one_of(PREFERENCE_VALUES),
        "updated_at": d.moments(),
    }


def orders(d: Draw) -> Columns:
    customer_id, _ = d.parents("customers")
    ordered_at, due_at = d.spans(DELIVERY, open_ended=0.1)
    addresses = [{"street": street, "city": city} for street in words.STREETS for city in words.CITIES]
    return {
        "id": d.ids("orders"),
        "tenant_id": d.tenant_id(),
        "customer_id": customer_id,
        "order_number": d.numbered("O-"),
        "status": d.one_of(STATUSES),
        "total_amount": d.numbers(3, 240),
        "delivery_address": d.one_of(addresses, nulls=0.5),
        "notes": d.one_of(words.NOTES, nulls=0.6),
        "created_by": d.users(),
        "ordered_at": ordered_at,
        "due_at": due_at,
    }


def order_items(d: Draw) -> Columns:
    order_id, _ = d.parents("orders")
    product_id, product_name, unit_price = d.products()
    return {
        "id": d.ids(),
        "order_id": order_id,
        "product_id": product_id,
        "product_name": product_name,
        "quantity": d.numbers(1, 12, digits=0),
        "unit_price": unit_price,
        "customisation": d.one_of([{"message": "Joyeux anniversaire \"Léa\""}, {"size": "XL", "candles": 8}], nulls=0.9),
    }


def order_status_history(d: Draw) -> Columns:
    order_id, position = d.parents("orders")
    from_status, to_status = d.tuples_of([(None, "pending"), *zip(STATUSES, STATUSES[1:])])
    return {
        "order_id": order_id,
        "position": position,
        "from_status": from_status,
        "to_status": to_status,
        "changed_by": d.users(),
        "changed_at": d.moments(),
    }


def sales_records(d: Draw) -> Columns:
    product_id, product_name, unit_price = d.products()
    return {
        "id": d.ids("sales_records"),
        "tenant_id": d.tenant_id(),
        "product_id": product_id,
        "product_name": product_name,
        "quantity": d.numbers(1, 9, digits=0),
        "unit_price": unit_price,
        "discount": d.one_of(("0.00", "0.00", "0.00", "0.50", "1.20")),
        "channel": d.one_of(("shop", "shop", "shop", "online", "wholesale", "market")),
        "created_by": d.users(nulls=0.3),
        "sold_at": d.moments(),
    }


def sales_aggregates(d: Draw) -> Columns:
    products = d.tenant.products
    return {
        "tenant_id": d.tenant_id(),
        "product_id": (products[i % len(products)].id for i in range(d.rows)),
        "granularity": d.one_of(("day",)),
        "period_start": (day(i // len(products)) for i in range(d.rows)),
        "quantity": d.numbers(1, 400, digits=0),
        "revenue": d.numbers(10, 4000),
        "sale_count": d.numbers(1, 200, digits=0),
    }


def sales_predictions(d: Draw) -> Columns:
    product_id, _, _ = d.products()
    return {
        "id": d.ids(),
        "tenant_id": d.tenant_id(),
        "product_id": product_id,
        "predicted_for": d.dates(),
        "quantity": d.numbers(1, 120, digits=3),
        "confidence": d.numbers(0.5, 1, digits=4, nulls=0.05),
        "model_version": d.one_of(("prophet-1.1", "prophet-1.2", "lgbm-4"), nulls=0.1),
        "created_at": d.moments(),
    }


ORDERS = Service("orders", 10_000, [
    Table("customers", 14, customers),
    Table("customer_preferences", 14, customer_preferences),
    Table("orders", 20, orders),
    Table("order_items", 34, order_items),
    Table("order_status_history", 15, order_status_history),
    audit_logs(3, "orders", "customers"),
])

SALES = Service("sales", 50_000, [
    Table("sales_records", 74, sales_records),
    Table("sales_aggregates", 10, sales_aggregates),
    Table("sales_predictions", 14, sales_predictions),
    audit_logs(2, "sales_records"),
])
