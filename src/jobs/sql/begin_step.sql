-- $1 job id, $2 epoch, $3 service, $4 round
update tenure.deletion_steps as step
set state        = 'running',
    round        = $4::integer,
    attempts     = step.attempts + 1,
    failures     = case when step.state in ('running', 'unknown') then step.failures else 0 end,
    errors       = '{}',
    started_at   = coalesce(step.started_at, clock_timestamp()),
    completed_at = null,
    verified_at  = null,
    verification = null
from tenure.deletion_jobs as job
where step.job_id = $1::uuid and step.service = $3
  and job.id = step.job_id and job.lease_epoch = $2::bigint and job.lease_owner is not null
