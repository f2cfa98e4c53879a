-- $1 tenant id, $2 status
update tenancy.tenants
set status = $2::text, updated_at = case when status = $2::text then updated_at else clock_timestamp() end
where id = $1::uuid
returning id, name, slug, owner_id, status, time_zone,
          (extract(epoch from created_at) * 1000000)::bigint,
          (extract(epoch from updated_at) * 1000000)::bigint,
          (extract(epoch from deleted_at) * 1000000)::bigint,
          (extract(epoch from erase_after) * 1000000)::bigint,
          deletion_job_id
