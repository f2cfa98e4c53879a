-- $1 job id, $2 tenant id, $3 tenant name, $4 user id, $5 initiated by, $6 json array of services, $7 run at (µs) or null, $8 priority, $9 whether it needs approval, $10 policy, $11 archive key, $12 retention in seconds, $13 actor kind, $14 actor id, $15 traceparent; no row when the subject has an open job
with job as (
    -- Epochs go on where the subject's earlier jobs ended, so that a late call of one of those is refused by services.
    insert into tenure.deletion_jobs (id, tenant_id, tenant_name, user_id, initiated_by, lease_epoch, run_at, priority,
                                      needs_approval, on_failure, archive_key, retention_seconds, traceparent, transitions, status)
    select $1::uuid, $2::uuid, left($3, 255), $4::uuid, $5::uuid, coalesce(max(lease_epoch), 0), moment.run_at,
           $8::smallint, $9::boolean, $10, $11, $12::bigint, $15, 1,
           case when moment.run_at > clock_timestamp() then 'scheduled'
                when $9::boolean then 'awaiting_approval'
                else 'pending' end
    from (select timestamptz 'epoch' + $7::bigint * interval '1 microsecond' as run_at) as moment
         left join tenure.deletion_jobs on tenant_id = $2::uuid or user_id = $4::uuid
    group by moment.run_at
    on conflict do nothing
    returning id, tenant_id, user_id, status, lease_epoch, traceparent
), steps as (
    insert into tenure.deletion_steps (job_id, service, position)
    select job.id, service.name, service.position
    from job, jsonb_array_elements_text($6::jsonb) with ordinality as service (name, position)
), noted as (
    insert into tenure.job_transitions (job_id, number, to_status, epoch, actor_kind, actor_id, reason)
    select id, 1, status, lease_epoch, $13, $14, 'enqueued'
    from job
    returning *
)
select job.tenant_id, job.user_id, noted.job_id, noted.number, noted.from_status, noted.to_status, noted.epoch,
       noted.actor_kind, noted.actor_id, noted.reason, (extract(epoch from noted.at) * 1000000)::bigint,
       job.traceparent
from job join noted on noted.job_id = job.id
