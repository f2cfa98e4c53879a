-- $1 seconds back from now; jobs that were taken back because somebody asked for it are neither completed nor failed
select count(*) filter (where status = 'completed'),
       count(*) filter (where status in ('failed', 'compensation_failed')
                              or (status = 'rolled_back' and cardinality(error_log) > 0)),
       count(*) filter (where status = 'rolled_back' and cardinality(error_log) = 0),
       count(*) filter (where status = 'cancelled'),
       coalesce(sum(total_items_deleted) filter (where status = 'completed'), 0)::bigint,
       (avg(extract(epoch from completed_at - started_at) * 1000) filter (where status = 'completed'))::bigint
from tenure.deletion_jobs
where completed_at > statement_timestamp() - $1::bigint * interval '1 second'
