-- $1 tenant id; no row when it is not soft-deleted or its window has ended
update tenancy.tenants
set deleted_at = null, erase_after = null
where id = $1::uuid and erase_after > clock_timestamp()
returning id, name, slug, owner_id, status, time_zone,
          (extract(epoch from created_at) * 1000000)::bigint,
          (extract(epoch from updated_at) * 1000000)::bigint,
          (extract(epoch from deleted_at) * 1000000)::bigint,
          (extract(epoch from erase_after) * 1000000)::bigint,
          deletion_job_id
