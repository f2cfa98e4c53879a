-- $1 job id, $2 epoch, $3 service, $4 state, $5 deleted counts, $6 changed counts, $7 total, $8 json array of errors, $9 duration in ms, $10 failures
update tenure.deletion_steps as step
set state          = $4,
    deleted_counts = $5::jsonb,
    changed_counts = $6::jsonb,
    total          = $7::bigint,
    errors         = array(select jsonb_array_elements_text($8::jsonb)),
    duration_ms    = $9::bigint,
    failures       = $10::integer,
    completed_at   = case when $4 = 'running' then null else clock_timestamp() end
from tenure.deletion_jobs as job
where step.job_id = $1::uuid and step.service = $3 and (step.started_at is not null or $4 = 'skipped')
  and job.id = step.job_id and job.lease_epoch = $2::bigint and job.lease_owner is not null
