-- $1 tenant id or null for all, $2 actor kind, $3 actor id; jobs of tenants under a legal hold stop being in line where nobody works on them
with stopped as (
    select job.id, job.status
    from tenure.legal_holds as hold
         join tenure.deletion_jobs as job on job.tenant_id = hold.tenant_id
    where hold.released_at is null
      and ($1::uuid is null or hold.tenant_id = $1::uuid)
      and job.status in ('awaiting_approval', 'pending', 'running', 'verifying')
      and (job.lease_until is null or job.lease_until < clock_timestamp())
    for update of job skip locked
), changed as (
    update tenure.deletion_jobs as job
    set status       = 'held',
        transitions  = transitions + 1,
        lease_owner  = null,
        lease_until  = null,
        not_before   = null,
        times_parked = 0
    from stopped
    where job.id = stopped.id
    returning job.id, job.tenant_id, job.user_id, job.transitions, stopped.status, job.lease_epoch,
              job.traceparent
), noted as (
    insert into tenure.job_transitions (job_id, number, from_status, to_status, epoch, actor_kind, actor_id, reason)
    select id, transitions, status, 'held', lease_epoch, $2, $3, 'legal_hold'
    from changed
    returning *
)
select changed.tenant_id, changed.user_id, noted.job_id, noted.number, noted.from_status, noted.to_status, noted.epoch,
       noted.actor_kind, noted.actor_id, noted.reason, (extract(epoch from noted.at) * 1000000)::bigint,
       changed.traceparent
from changed join noted on noted.job_id = changed.id
