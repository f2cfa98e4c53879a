-- $1 tenant id
select id, name, slug, owner_id, status, time_zone,
       (extract(epoch from created_at) * 1000000)::bigint,
       (extract(epoch from updated_at) * 1000000)::bigint,
       (extract(epoch from deleted_at) * 1000000)::bigint,
       (extract(epoch from erase_after) * 1000000)::bigint,
       deletion_job_id
from tenancy.tenants
where id = $1::uuid
