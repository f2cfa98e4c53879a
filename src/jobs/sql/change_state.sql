-- $1 job id, $2 epoch of the lease or null, $3 status it must have, $4 next status, $5 json array of errors, $6 actor kind or null for the lease's owner, $7 actor id, $8 reason
with former as (
    select id, lease_owner
    from tenure.deletion_jobs
    where id = $1::uuid and status = $3
      and ($2::bigint is null or (lease_epoch = $2::bigint and lease_owner is not null))
      and ($4 <> 'completed' or cancel_requested_at is null)
    for update
), next as (
    select $4 in ('verifying', 'compensating') and $2::bigint is not null as keeps_lease,
           $4 in ('completed', 'failed', 'rolled_back', 'compensation_failed', 'cancelled') as is_end,
           $3 in ('completed', 'failed', 'compensation_failed') as was_end
), changed as (
    update tenure.deletion_jobs as job
    set status       = $4,
        transitions  = job.transitions + 1,
        error_log    = job.error_log || array(select jsonb_array_elements_text($5::jsonb)),
        started_at   = case when $4 <> 'awaiting_approval' then job.started_at end,
        completed_at = case when next.is_end then clock_timestamp() end,
        lease_owner  = case when next.keeps_lease then job.lease_owner end,
        lease_until  = case when next.keeps_lease then job.lease_until end,
        lease_epoch  = case
            -- What is taken back by the worker that did it: its own late calls are an earlier epoch's from here on.
            when next.keeps_lease and $4 = 'compensating' then job.lease_epoch + 1
            -- The subject may have had other jobs since.
            when next.was_end then (
                select max(other.lease_epoch)
                from tenure.deletion_jobs as other
                where other.tenant_id = job.tenant_id or other.user_id = job.user_id)
            else job.lease_epoch end,
        not_before   = null,
        times_parked = 0,
        plan_digest  = case when $4 <> 'awaiting_approval' then job.plan_digest end,
        cancel_requested_at = case when not next.was_end then job.cancel_requested_at end,
        cancel_requested_by = case when not next.was_end then job.cancel_requested_by end,
        shred_after  = case
            when next.is_end and $4 <> 'compensation_failed'
                 and (job.archive_key is not null or job.archive_shredded_at is not null)
            -- A job that deleted nothing has nothing to keep.
            then clock_timestamp() + case when $4 = 'cancelled' then 0 else job.retention_seconds end * interval '1 second'
            end
    from former, next
    where job.id = former.id
    returning job.id, job.tenant_id, job.user_id, job.transitions, job.lease_epoch, former.lease_owner,
              job.traceparent
), noted as (
    insert into tenure.job_transitions (job_id, number, from_status, to_status, epoch, actor_kind, actor_id, reason)
    select id, transitions, $3, $4, lease_epoch, coalesce($6, 'worker'),
           case when $6 is null then lease_owner else $7 end, $8
    from changed
    returning *
)
select changed.tenant_id, changed.user_id, noted.job_id, noted.number, noted.from_status, noted.to_status, noted.epoch,
       noted.actor_kind, noted.actor_id, noted.reason, (extract(epoch from noted.at) * 1000000)::bigint,
       changed.traceparent
from changed join noted on noted.job_id = changed.id
