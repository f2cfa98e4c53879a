-- $1 member or null, $2 whether with deleted ones, $3 part of a name or slug, or beginning of an id, or null, $4 and $5 created_at (µs) and id of the tenant before the first, both may be null, $6 limit
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
  and ($3::text is null
       or strpos(lower(name), lower($3::text)) > 0
       or strpos(slug, lower($3::text)) > 0
       or starts_with(id::text, lower($3::text)))
  and ($5::uuid is null
       or (created_at, id) < (timestamptz 'epoch' + $4::bigint * interval '1 microsecond', $5::uuid))
order by created_at desc, id desc
limit $6::bigint
