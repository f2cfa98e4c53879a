-- $1 job id; ids, counts and words for programs only
select jsonb_strip_nulls(jsonb_build_object(
    'job_id', job.id,
    'tenant_id', job.tenant_id,
    'user_id', job.user_id,
    'status', job.status,
    -- What a job is taken back for was said when that began.
    'reason', (select reason
               from tenure.job_transitions
               where job_id = job.id
                 and to_status = case when job.status in ('rolled_back', 'compensation_failed') then 'compensating'
                                      else job.status end
               order by number desc
               limit 1),
    'started_at', to_char(job.started_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'completed_at', to_char(job.completed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'duration_seconds', round(extract(epoch from job.completed_at - job.started_at)::numeric, 3),
    'total_items_deleted', steps.total,
    'services', steps.list))::text
from tenure.deletion_jobs as job, lateral (
    -- What was brought back does not count as deleted.
    select coalesce(sum(total) filter (where state <> 'compensated'), 0) as total,
           jsonb_agg(jsonb_build_object('service', service, 'status', state, 'items_deleted', total,
                                        'attempts', attempts)
                     order by position) as list
    from tenure.deletion_steps
    where job_id = job.id
) as steps
where job.id = $1::uuid
