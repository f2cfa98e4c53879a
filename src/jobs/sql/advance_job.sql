-- $1 job id, $2 epoch, $3 status it must have, $4 next status
update tenure.deletion_jobs
set status = $4
where id = $1::uuid and lease_epoch = $2::bigint and lease_owner is not null and status = $3
