-- $1 job id; a parked job goes on at once
update tenure.deletion_jobs
set not_before = null
where id = $1::uuid
