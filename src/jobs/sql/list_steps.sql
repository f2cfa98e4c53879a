-- $1 array of job ids
select job_id, service, state, round, attempts, deleted_counts, changed_counts, total, errors, duration_ms,
       (extract(epoch from started_at) * 1000000)::bigint,
       (extract(epoch from completed_at) * 1000000)::bigint, failures,
       (extract(epoch from verified_at) * 1000000)::bigint, verification
from tenure.deletion_steps
where job_id = any ($1::uuid[])
order by job_id, position
