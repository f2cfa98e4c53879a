-- $1 job id, $2 epoch, $3 service, $4 what it found
update tenure.deletion_steps as step
set verification = $4::jsonb,
    verified_at  = clock_timestamp()
from tenure.deletion_jobs as job
where step.job_id = $1::uuid and step.service = $3 and step.started_at is not null
  and job.id = step.job_id and job.lease_epoch = $2::bigint and job.lease_owner is not null
