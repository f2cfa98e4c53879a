-- $1 job id, $2 epoch, $3 lease in milliseconds
update tenure.deletion_jobs
set lease_until = clock_timestamp() + $3::bigint * interval '1 millisecond'
where id = $1::uuid and lease_epoch = $2::bigint and lease_owner is not null
