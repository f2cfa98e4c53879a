-- no parameters; the last 24 hours, the oldest first: hours ago, completed, failed
select hour.ago,
       count(job.id) filter (where job.status = 'completed'),
       count(job.id) filter (where job.status in ('failed', 'compensation_failed')
                                   or (job.status = 'rolled_back' and cardinality(job.error_log) > 0))
from generate_series(23, 0, -1) as hour (ago)
     left join tenure.deletion_jobs as job
        on job.completed_at > statement_timestamp() - interval '24 hours'
       and floor(extract(epoch from statement_timestamp() - job.completed_at) / 3600) = hour.ago
group by hour.ago
order by hour.ago desc
