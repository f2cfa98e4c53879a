-- $1 seconds back from now, $2 at most so many of the newest completed jobs
select step.service, avg(step.total)::bigint, avg(step.duration_ms)::bigint, max(step.total)
from (select id
      from tenure.deletion_jobs
      where completed_at > statement_timestamp() - $1::bigint * interval '1 second' and status = 'completed'
      order by completed_at desc
      limit $2::bigint) as job
     join tenure.deletion_steps as step on step.job_id = job.id
group by step.service
order by avg(step.total) desc, step.service
