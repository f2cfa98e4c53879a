-- no parameters; scheduled jobs whose time has come get in line, at most 100 at once
with due as (
    select id
    from tenure.deletion_jobs as job
    where status = 'scheduled' and run_at <= clock_timestamp()
      and not exists (
          select from tenure.legal_holds as hold where hold.tenant_id = job.tenant_id and hold.released_at is null)
    order by run_at
    limit 100
    for update of job skip locked
), changed as (
    update tenure.deletion_jobs as job
    set status      = case when needs_approval and plan_digest is null then 'awaiting_approval' else 'pending' end,
        transitions = transitions + 1
    from due
    where job.id = due.id
    returning job.id, job.tenant_id, job.user_id, job.transitions, job.status, job.lease_epoch,
              job.traceparent
), noted as (
    insert into tenure.job_transitions (job_id, number, from_status, to_status, epoch, actor_kind, reason)
    select id, transitions, 'scheduled', status, lease_epoch, 'system', 'due'
    from changed
    returning *
)
select changed.tenant_id, changed.user_id, noted.job_id, noted.number, noted.from_status, noted.to_status, noted.epoch,
       noted.actor_kind, noted.actor_id, noted.reason, (extract(epoch from noted.at) * 1000000)::bigint,
       changed.traceparent
from changed join noted on noted.job_id = changed.id
