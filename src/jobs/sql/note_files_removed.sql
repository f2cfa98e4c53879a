-- $1 job id
update tenure.deletion_jobs
set archive_files_removed_at = coalesce(archive_files_removed_at, clock_timestamp())
where id = $1::uuid and archive_shredded_at is not null
