-- $1 at (µs) and $2 job id of the change before the first, or nulls; $3 limit; a job changes at most once in a microsecond
select job.tenant_id, job.user_id, change.job_id, change.number, change.from_status, change.to_status, change.epoch,
       change.actor_kind, change.actor_id, change.reason, (extract(epoch from change.at) * 1000000)::bigint,
       job.traceparent, job.tenant_name
from tenure.job_transitions as change join tenure.deletion_jobs as job on job.id = change.job_id
where $2::uuid is null
   or (change.at, change.job_id) < (timestamptz 'epoch' + $1::bigint * interval '1 microsecond', $2::uuid)
order by change.at desc, change.job_id desc, change.number desc
limit $3::bigint
