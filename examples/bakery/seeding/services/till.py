"""The point of sale."""

from datetime import timedelta
from itertools import cycle

from ..draw import Draw
from ..tables import Columns, Service, Table
from .. import words
from .audit import audit_logs


def pos_configurations(d: Draw) -> Columns:
    return {
        "id": d.ids("pos_configurations"),
        "tenant_id": d.tenant_id(),
        "provider": d.one_of(("square", "toast", "lightspeed", "sumup")),
        "location_name": d.one_of(words.STREETS),
        "settings": d.made_by(lambda rng: {"drawer": rng.random() < 0.5, "printer": "Épson \"TM-T20\"", "tip": [5, 10]}),
        "webhook_secret": d.made_by(lambda rng: rng.randbytes(24), nulls=0.1),
        "is_active": d.one_of((True, True, False)),
        "created_at": d.moments(),
    }


def pos_sessions(d: Draw) -> Columns:
    configuration_id, _ = d.parents("pos_configurations")
    opened_at, closed_at = d.spans(timedelta(hours=12), open_ended=0.05)
    return {
        "id": d.ids("pos_sessions"),
        "tenant_id": d.tenant_id(),
        "configuration_id": configuration_id,
        "opened_by": d.users(),
        "opening_float": d.one_of(("100.00", "150.00", "200.00")),
        "closing_float": d.numbers(150, 2400, nulls=0.05),
        "opened_at": opened_at,
        "closed_at": closed_at,
    }


def pos_transactions(d: Draw) -> Columns:
    session_id, _ = d.parents("pos_sessions")
    ids = d.ids("pos_transactions")
    return {
        "id": ids,
        "tenant_id": d.tenant_id(),
        "session_id": session_id,
        "refund_of_id": d.earlier(ids, every=60),
        "receipt_number": d.numbered("R-"),
        "net_amount": d.numbers(1, 60),
        "tax_amount": d.numbers(0.1, 6),
        "payment_method": d.one_of(("cash", "card", "card", "mobile", "voucher")),
        "created_by": d.users(),
        "sold_at": d.moments(),
    }


def pos_transaction_items(d: Draw) -> Columns:
    transaction_id, _ = d.parents("pos_transactions")
    product_id, product_name, unit_price = d.products()
    return {
        "id": d.ids(),
        "transaction_id": transaction_id,
        "product_id": product_id,
        "product_name": product_name,
        "quantity": d.numbers(1, 6, digits=0),
        "unit_price": unit_price,
        "tax_rate": d.one_of(("5.50", "10.00", "20.00")),
    }


def pos_webhooks(d: Draw) -> Columns:
    configuration_id, _ = d.parents("pos_configurations")
    received_at, processed_at = d.spans(timedelta(minutes=5), open_ended=0.05)
    return {
        "id": d.ids(),
        "tenant_id": d.tenant_id(),
        "configuration_id": configuration_id,
        "event": d.one_of(("payment.created", "payment.refunded", "catalog.updated")),
        "payload": d.made_by(lambda rng: {"merchant": d.tenant.id, "amount": rng.randrange(100, 6000),
                                          "note": rng.choice(words.NOTES)}),
        "attempts": d.one_of((1, 1, 1, 2, 3)),
        "received_at": received_at,
        "processed_at": processed_at,
    }


def pos_sync_logs(d: Draw) -> Columns:
    started_at, finished_at = d.spans(timedelta(minutes=3), open_ended=0.02)
    return {
        "tenant_id": d.tenant_id(),
        "configuration_id": d.some_of("pos_configurations", nulls=0.1),
        "direction": cycle(("pull", "push")),
        "record_count": d.numbers(0, 400, digits=0),
        "error": d.one_of(words.ERRORS, nulls=0.9),
        "started_at": started_at,
        "finished_at": finished_at,
    }


POS = Service("pos", 100_000, [
    Table("pos_configurations", 0.01, pos_configurations),
    Table("pos_sessions", 1.2, pos_sessions),
    Table("pos_transactions", 30, pos_transactions),
    Table("pos_transaction_items", 56, pos_transaction_items),
    Table("pos_webhooks", 7.5, pos_webhooks),
    Table("pos_sync_logs", 3.5, pos_sync_logs),
    audit_logs(1.8, "pos_transactions", "pos_sessions"),
])
