-- $1 tenant id or null, $2 whether released ones count, $3 number of the hold before the first or null, $4 limit
select number, tenant_id, reason, placed_by, (extract(epoch from placed_at) * 1000000)::bigint, released_by,
       (extract(epoch from released_at) * 1000000)::bigint
from tenure.legal_holds
where ($1::uuid is null or tenant_id = $1::uuid)
  and ($2::boolean or released_at is null)
  and ($3::bigint is null or number < $3::bigint)
order by number desc
limit $4::bigint
