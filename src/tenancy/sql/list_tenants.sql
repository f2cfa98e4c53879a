-- $1 member or null, $2 whether with deleted ones, $3 and $4 created_at (µs) and id of the tenant before the first, both may be null, $5 limit
select id, name, slug, owner_id, status, time_zone,
       (extract(epoch from created_at) * 1000000)::bigint,
       (extract(epoch from updated_at) * 1000000)::bigint,
       (extract(epoch from deleted_at) * 1000000)::bigint,
       (extract(epoch from erase_after) * 1000000)::bigint,
       deletion_job_id
from tenancy.tenants
where ($1::uuid is null
       or exists (select from tenancy.tenant_members as m where m.tenant_id = tenants.id and m.user_id = $1::uuid))
  and ($2::boolean or (deleted_at is null and status <> 'deleting'))
  and ($4::uuid is null
       or (created_at, id) < (timestamptz 'epoch' + $3::bigint * interval '1 microsecond', $4::uuid))
order by created_at desc, id desc
limit $5::bigint
