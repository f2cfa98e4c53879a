-- $1 job id, $2 epoch, $3 delay in milliseconds; the try is given back
update tenure.deletion_jobs
set lease_owner  = null,
    lease_until  = null,
    attempts     = attempts - 1,
    times_parked = times_parked + 1,
    not_before   = clock_timestamp() + $3::bigint * interval '1 millisecond'
where id = $1::uuid and lease_epoch = $2::bigint and lease_owner is not null
