-- $1 job id, $2 who asks; the first one is kept
update tenure.deletion_jobs
set cancel_requested_at = coalesce(cancel_requested_at, clock_timestamp()),
    cancel_requested_by = coalesce(cancel_requested_by, $2),
    not_before          = null
where id = $1::uuid
