-- $1 job id, $2 epoch; what was brought back does not count as deleted
update tenure.deletion_jobs as job
set service_results = steps.results, total_items_deleted = steps.total
from (
    select jsonb_object_agg(service, jsonb_build_object(
               'status', state, 'deleted_counts', deleted_counts, 'total', total, 'errors', to_jsonb(errors),
               'attempts', attempts, 'duration', duration_ms::double precision / 1000)) as results,
           coalesce(sum(total) filter (where state <> 'compensated'), 0) as total
    from tenure.deletion_steps
    where job_id = $1::uuid
) as steps
where job.id = $1::uuid and job.lease_epoch = $2::bigint and job.lease_owner is not null
