-- $1 limit; archives whose time is over, and those whose key is destroyed while their files may still be there
select job.id
from tenure.deletion_jobs as job
where ((job.shred_after <= clock_timestamp() and job.archive_key is not null) or job.archive_shredded_at is not null)
  and job.archive_files_removed_at is null
  and (job.archive_shredded_at is not null or not exists (
      select from tenure.legal_holds as hold where hold.tenant_id = job.tenant_id and hold.released_at is null))
order by job.shred_after, job.id
limit $1::bigint
