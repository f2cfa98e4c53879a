-- $1 limit
select number, id, (extract(epoch from at) * 1000000)::bigint, action, actor_kind, actor_id, tenant_id, person_id, job_id
from tenure.audit_notes
order by number
limit $1::bigint
