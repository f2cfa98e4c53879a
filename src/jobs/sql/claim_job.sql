-- $1 owner, $2 lease in milliseconds, $3 job id or null for the first in line; takes jobs whose lease ran out as well
with picked as (
    select id, status
    from tenure.deletion_jobs as job
    where status in ('pending', 'running', 'verifying', 'compensating')
      and (lease_until is null or lease_until < clock_timestamp())
      and (not_before is null or not_before <= clock_timestamp())
      and ($3::uuid is null or id = $3::uuid)
      and (status = 'compensating' or not exists (
          select from tenure.legal_holds as hold where hold.tenant_id = job.tenant_id and hold.released_at is null))
    order by priority desc, created_at, id
    limit 1
    for update of job skip locked
), claimed as (
    update tenure.deletion_jobs as job
    set status      = case picked.status when 'pending' then 'running' else picked.status end,
        transitions = transitions + case picked.status when 'pending' then 1 else 0 end,
        lease_owner = $1,
        lease_epoch = lease_epoch + 1,
        lease_until = clock_timestamp() + $2::bigint * interval '1 millisecond',
        not_before  = null,
        attempts    = attempts + 1,
        started_at  = coalesce(started_at, clock_timestamp())
    from picked
    where job.id = picked.id
    returning job.id, job.tenant_id, job.user_id, job.transitions, job.lease_epoch, job.traceparent,
              picked.status as former_status
), noted as (
    insert into tenure.job_transitions (job_id, number, from_status, to_status, epoch, actor_kind, actor_id, reason)
    select id, transitions, 'pending', 'running', lease_epoch, 'worker', $1, 'claimed'
    from claimed
    where former_status = 'pending'
    returning *
)
-- The columns of the other changes, all but those of the subject null for a job that goes on in its state.
select claimed.tenant_id, claimed.user_id, noted.job_id, noted.number, noted.from_status, noted.to_status, noted.epoch,
       noted.actor_kind, noted.actor_id, noted.reason, (extract(epoch from noted.at) * 1000000)::bigint,
       claimed.traceparent, claimed.id, claimed.lease_epoch
from claimed left join noted on noted.job_id = claimed.id
