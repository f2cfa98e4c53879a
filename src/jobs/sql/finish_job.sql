-- $1 job id, $2 epoch, $3 status it must have, $4 last status, $5 json array of errors
update tenure.deletion_jobs
set status       = $4,
    error_log    = error_log || array(select jsonb_array_elements_text($5::jsonb)),
    completed_at = clock_timestamp(),
    lease_owner  = null,
    lease_until  = null
where id = $1::uuid and lease_epoch = $2::bigint and lease_owner is not null and status = $3
