"""The audit log, which every data service has."""

from ..draw import Draw
from ..tables import Columns, Table


def audit_logs(share: float, *entities: str) -> Table:
    """The audit_logs table of a service that logs what is done to these kinds of `entities`."""
    def columns(d: Draw) -> Columns:
        entity_type, action, entity_id = d.tuples_of([
            (entity, f"{entity}.{verb}", key)
            for entity in entities for verb in ("created", "updated", "exported") for key in d.sample_of(entity, 40)])
        return {
            "id": d.ids(),
            "tenant_id": d.tenant_id(),
            "user_id": d.users(),
            "action": action,
            "entity_type": entity_type,
            "entity_id": entity_id,
            "details": d.one_of([{"tenant": d.tenant.id, "changed": f} for f in (["status"], ["name", "price"])], nulls=0.3),
            "ip_address": d.made_by(lambda rng: f"203.0.113.{rng.randrange(256)}", nulls=0.1),
            "created_at": d.moments(),
        }
    return Table("audit_logs", share, columns)
