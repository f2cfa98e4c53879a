"""A tenant's record and its people's accounts, in the tables that Tenure makes. The same size for every tenant.

The tenant service's database has schema tenancy, the control database schema identity.
"""

from datetime import timedelta
from itertools import repeat

from ..copy_text import copy_text
from ..draw import EPOCH, Draw
from ..tables import Columns, Service, Table
from ..tenant import ROLES

SETTINGS = (("language", {"is": "fr"}), ("opening_hours", {"lun-ven": ["07:00", "19:30"], "dimanche": None}),
            ("receipt_footer", {"text": "Merci ! ¡Gracias! See you soon, \"friend\""}))


def tenants(d: Draw) -> Columns:
    return {
        "id": d.tenant_id(),
        "name": [copy_text(d.tenant.name)],
        "slug": [d.tenant.slug],
        "owner_id": [d.tenant.people[0].id],
        "time_zone": d.one_of(("Europe/Madrid", "Europe/Paris", "Europe/London")),
        "created_at": [str(EPOCH)],
        "updated_at": [str(EPOCH)],
    }


def tenant_members(d: Draw) -> Columns:
    return {
        "tenant_id": d.tenant_id(),
        "user_id": [person.id for person in d.tenant.people],
        "role": [person.role for person in d.tenant.people],
        "is_default": repeat("t"),
        "joined_at": d.moments(),
    }


def subscriptions(d: Draw) -> Columns:
    started_at, renews_at = d.spans(timedelta(days=365))
    return {
        "id": d.ids(),
        "tenant_id": d.tenant_id(),
        "plan": d.one_of(("starter", "professional", "enterprise")),
        "status": d.one_of(("active", "trialing")),
        "price": d.one_of(("29.00", "99.00", "249.00")),
        "started_at": started_at,
        "renews_at": renews_at,
    }


def tenant_settings(d: Draw) -> Columns:
    return {
        "tenant_id": d.tenant_id(),
        "name": [name for name, _ in SETTINGS],
        "value": [copy_text(value) for _, value in SETTINGS],
        "updated_at": d.moments(),
    }


def tenant_domains(d: Draw) -> Columns:
    return {
        "domain": [f"{d.tenant.slug}.example", f"www.{d.tenant.slug}.example"],
        "tenant_id": d.tenant_id(),
        "is_primary": ("t", "f"),
        "created_at": d.moments(),
    }


def invitations(d: Draw) -> Columns:
    """One that has run out: its token's hash is of no token."""
    created_at, expires_at = d.spans(timedelta(days=7))
    return {
        "id": d.ids(),
        "tenant_id": d.tenant_id(),
        "email": [f"invited@{d.tenant.slug}.example"],
        "role": d.one_of(("manager", "member")),
        "token_hash": d.made_by(lambda rng: rng.randbytes(32).hex()),
        "invited_by": [d.tenant.people[0].id],
        "created_at": created_at,
        "expires_at": expires_at,
    }


def users(d: Draw) -> Columns:
    """Without a password: nobody can log in."""
    return {
        "id": [person.id for person in d.tenant.people],
        "email": [person.email for person in d.tenant.people],
        "full_name": [copy_text(person.full_name) for person in d.tenant.people],
        "created_at": d.moments(),
    }


ACCOUNTS = (
    Service("tenant", 0, [
        Table("tenancy.tenants", 0, tenants),
        Table("tenancy.tenant_members", 0, tenant_members, least=len(ROLES)),
        Table("tenancy.subscriptions", 0, subscriptions),
        Table("tenancy.tenant_settings", 0, tenant_settings, least=len(SETTINGS)),
        Table("tenancy.tenant_domains", 0, tenant_domains, least=2),
        Table("tenancy.invitations", 0, invitations),
    ]),
    Service("control", 0, [Table("identity.users", 0, users, least=len(ROLES))]),
)
