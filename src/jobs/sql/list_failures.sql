-- $1 seconds back from now, $2 limit; the newest first
select id, tenant_id, user_id, tenant_name, status, error_log[1:5], cardinality(error_log),
       (extract(epoch from completed_at) * 1000000)::bigint
from tenure.deletion_jobs
where completed_at > statement_timestamp() - $1::bigint * interval '1 second'
  and (status in ('failed', 'compensation_failed') or (status = 'rolled_back' and cardinality(error_log) > 0))
order by completed_at desc, id
limit $2::bigint
