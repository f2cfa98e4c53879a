"""Alerts and notifications."""

from datetime import timedelta
from itertools import cycle, repeat

from ..copy_text import NULL, copy_text
from ..draw import Draw
from ..tables import Columns, Service, SharedTable, Table
from .. import words
from .audit import audit_logs

CHANNELS = ("email", "sms", "push", "in_app")
CATEGORIES = ("stock", "orders", "forecast", "billing", "security")
TEMPLATES = [(code, channel, language, subject, body)
             for channel in CHANNELS
             for code, language, subject, body in (
                 ("order.ready", "fr", "Votre commande est prête", "Bonjour {{nom}},\nvotre commande vous attend."),
                 ("order.ready", "es", "Su pedido está listo", "¡Hola, {{nombre}}! Pase cuando quiera."),
                 ("order.ready", "en", "Your order's ready", "Hi {{name}}, \"{{item}}\" is ready."),
                 ("stock.low", "fr", "Stock bas", "Il reste {{q}} kg de {{produit}}."),
                 ("account.closed", "en", "Goodbye", "We've erased your data."))]


def alert_rules(d: Draw) -> Columns:
    return {
        "id": d.ids("alert_rules"),
        "tenant_id": d.tenant_id(),
        "name": d.one_of(words.TITLES),
        "condition": d.made_by(lambda rng: {"metric": rng.choice(CATEGORIES), "below": rng.randrange(100), "for": "15m"}),
        "severity": d.one_of(("info", "warning", "critical")),
        "is_enabled": d.one_of((True, True, True, False)),
        "created_by": d.users(),
        "created_at": d.moments(),
    }


def alerts(d: Draw) -> Columns:
    raised_at, resolved_at = d.spans(timedelta(days=2), open_ended=0.2)
    return {
        "id": d.ids("alerts"),
        "tenant_id": d.tenant_id(),
        "rule_id": d.some_of("alert_rules", nulls=0.05),
        "severity": d.one_of(("info", "warning", "warning", "critical")),
        "title": d.one_of(words.TITLES),
        "message": d.one_of(words.NOTES, nulls=0.3),
        "context": d.made_by(lambda rng: {"tenant_id": d.tenant.id, "value": rng.randrange(100)}, nulls=0.2),
        "raised_at": raised_at,
        "resolved_at": resolved_at,
    }


def alert_history(d: Draw) -> Columns:
    alert_id, position = d.parents("alerts")
    return {
        "alert_id": alert_id,
        "position": position,
        "status": d.one_of(("raised", "acknowledged", "escalated", "resolved")),
        "note": d.one_of(words.NOTES, nulls=0.6),
        "changed_at": d.moments(),
    }


def alert_interactions(d: Draw) -> Columns:
    alert_id, _ = d.parents("alerts")
    return {
        "id": d.ids(),
        "tenant_id": d.tenant_id(),
        "alert_id": alert_id,
        "user_id": d.users(nulls=0.02),
        "kind": d.one_of(("viewed", "viewed", "acknowledged", "snoozed", "commented")),
        "comment": d.one_of(words.NOTES, nulls=0.7),
        "created_at": d.moments(),
    }


def notification_templates(d: Draw) -> Columns:
    """Each second one is a system template installed for the tenant, which an erasure keeps."""
    code, channel, language, subject, body = d.tuples_of(TEMPLATES)
    return {
        "id": d.ids("notification_templates"),
        "tenant_id": d.tenant_id(),
        "code": code,
        "channel": channel,
        "language": language,
        "subject": subject,
        "body": body,
        "is_system": cycle("ft"),
        "created_at": d.moments(),
    }


def global_templates(d: Draw) -> Columns:
    code, channel, language, subject, body = zip(*(map(copy_text, template) for template in TEMPLATES))
    return {
        "id": d.ids(),
        "tenant_id": repeat(NULL),
        "code": code,
        "channel": channel,
        "language": language,
        "subject": subject,
        "body": body,
        "is_system": cycle("t"),
        "created_at": d.moments(),
    }


def notifications(d: Draw) -> Columns:
    channel, recipient, user_id = d.tuples_of(
        [(channel, person.email if channel == "email" else None, person.id)
         for person in d.tenant.people for channel in CHANNELS])
    created_at, sent_at = d.spans(timedelta(minutes=10), open_ended=0.1)
    _, _, _, subject, body = d.tuples_of(TEMPLATES)
    return {
        "id": d.ids("notifications"),
        "tenant_id": d.tenant_id(),
        "template_id": d.some_of("notification_templates", nulls=0.2),
        "user_id": user_id,
        "channel": channel,
        "recipient": recipient,
        "subject": subject,
        "body": body,
        "status": d.one_of(("queued", "sent", "sent", "read", "failed")),
        "created_at": created_at,
        "sent_at": sent_at,
    }


def notification_logs(d: Draw) -> Columns:
    notification_id, attempt = d.parents("notifications")
    return {
        "tenant_id": d.tenant_id(),
        "notification_id": notification_id,
        "attempt": attempt,
        "status": d.one_of(("accepted", "accepted", "accepted", "bounced", "timeout")),
        "response": d.made_by(lambda rng: {"code": rng.choice((200, 202, 550)), "id": rng.randbytes(8).hex()}, nulls=0.1),
        "logged_at": d.moments(),
    }


def notification_preferences(d: Draw) -> Columns:
    """The tenant's people first, a row for each channel and category; then people who have left."""
    kinds = [(channel, category) for category in CATEGORIES for channel in CHANNELS]
    users = [person.id for person in d.tenant.people] + d.ids()
    return {
        "tenant_id": d.tenant_id(),
        "user_id": (users[i // len(kinds)] for i in range(d.rows)),
        "channel": (kinds[i % len(kinds)][0] for i in range(d.rows)),
        "category": (kinds[i % len(kinds)][1] for i in range(d.rows)),
        "is_enabled": d.one_of((True, True, False)),
        "updated_at": d.moments(),
    }


ALERT_PROCESSOR = Service("alert_processor", 10_000, [
    Table("alert_rules", 1, alert_rules),
    Table("alerts", 27, alerts),
    Table("alert_history", 44, alert_history),
    Table("alert_interactions", 25, alert_interactions),
    audit_logs(3, "alert_rules", "alerts"),
])

NOTIFICATION = Service("notification", 50_000, [
    Table("notification_templates", 0.1, notification_templates, least=2),
    Table("notifications", 47, notifications),
    Table("notification_logs", 49, notification_logs),
    Table("notification_preferences", 1.9, notification_preferences),
    audit_logs(2, "notifications", "notification_templates"),
], shared=[
    SharedTable("notification_templates", len(TEMPLATES), global_templates),
])
