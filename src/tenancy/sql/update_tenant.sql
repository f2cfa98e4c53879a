-- $1 tenant id, $2 name, $3 slug, $4 time zone; null leaves as it is
update tenancy.tenants
set name       = coalesce($2, name),
    slug       = coalesce($3, slug),
    time_zone  = coalesce($4, time_zone),
    updated_at = clock_timestamp()
where id = $1::uuid
returning id, name, slug, owner_id, status, time_zone,
          (extract(epoch from created_at) * 1000000)::bigint,
          (extract(epoch from updated_at) * 1000000)::bigint,
          (extract(epoch from deleted_at) * 1000000)::bigint,
          (extract(epoch from erase_after) * 1000000)::bigint,
          deletion_job_id
