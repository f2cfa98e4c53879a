-- $1 job id, $2 the key it must have, $3 next key
update tenure.deletion_jobs
set archive_key = $3
where id = $1::uuid and archive_key = $2
