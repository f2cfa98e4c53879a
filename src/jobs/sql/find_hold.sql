-- $1 tenant id
select number, tenant_id, reason, placed_by, (extract(epoch from placed_at) * 1000000)::bigint, released_by,
       (extract(epoch from released_at) * 1000000)::bigint
from tenure.legal_holds
where tenant_id = $1::uuid and released_at is null
