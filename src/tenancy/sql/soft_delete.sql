-- $1 tenant id, $2 window in seconds
update tenancy.tenants
set deleted_at  = coalesce(deleted_at, now()),
    erase_after = coalesce(erase_after, now() + $2::bigint * interval '1 second')
where id = $1::uuid
returning id, name, slug, owner_id, status, time_zone,
          (extract(epoch from created_at) * 1000000)::bigint,
          (extract(epoch from updated_at) * 1000000)::bigint,
          (extract(epoch from deleted_at) * 1000000)::bigint,
          (extract(epoch from erase_after) * 1000000)::bigint,
          deletion_job_id
