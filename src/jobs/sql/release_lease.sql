-- $1 job id, $2 epoch; the try is given back
update tenure.deletion_jobs
set lease_owner = null, lease_until = null, attempts = attempts - 1
where id = $1::uuid and lease_epoch = $2::bigint and lease_owner is not null
