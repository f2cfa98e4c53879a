-- no parameters; milliseconds since the job that has been worked on for longest got going, or was to be taken back; 0 without one
select coalesce(max(extract(epoch from statement_timestamp() - coalesce(begun.at, job.started_at)) * 1000), 0)::bigint
from tenure.deletion_jobs as job
     cross join lateral (
        select max(change.at) as at
        from tenure.job_transitions as change
        where change.job_id = job.id and change.to_status in ('running', 'compensating')) as begun
where job.status in ('running', 'verifying', 'compensating')
