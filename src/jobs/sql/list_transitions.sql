-- $1 job id
select job.tenant_id, job.user_id, change.job_id, change.number, change.from_status, change.to_status, change.epoch,
       change.actor_kind, change.actor_id, change.reason, (extract(epoch from change.at) * 1000000)::bigint,
       job.traceparent
from tenure.job_transitions as change join tenure.deletion_jobs as job on job.id = change.job_id
where change.job_id = $1::uuid
order by change.number
