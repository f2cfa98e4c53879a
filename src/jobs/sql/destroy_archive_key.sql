-- $1 job id
update tenure.deletion_jobs
set archive_key = null, archive_shredded_at = clock_timestamp()
where id = $1::uuid and completed_at is not null and archive_key is not null
