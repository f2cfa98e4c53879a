-- $1 tenant id; a window that has ended meanwhile ends a day later, so that the same deletion does not begin again at once
update tenancy.tenants
set status          = before_deletion ->> 'status',
    updated_at      = (before_deletion ->> 'updated_at')::timestamptz,
    erase_after     = case when erase_after < clock_timestamp() then clock_timestamp() + interval '1 day' else erase_after end,
    deletion_job_id = null,
    before_deletion = null
where id = $1::uuid
