-- $1 owner, $2 lease in milliseconds, $3 job id or null for the oldest; takes jobs whose lease ran out as well
update tenure.deletion_jobs
set status      = case status when 'pending' then 'running' else status end,
    lease_owner = $1,
    lease_epoch = lease_epoch + 1,
    lease_until = clock_timestamp() + $2::bigint * interval '1 millisecond',
    attempts    = attempts + 1,
    started_at  = coalesce(started_at, clock_timestamp())
where id = (
    select id
    from tenure.deletion_jobs
    where status in ('pending', 'running', 'verifying')
      and (lease_until is null or lease_until < clock_timestamp())
      and ($3::uuid is null or id = $3::uuid)
    order by created_at, id
    limit 1
    for update skip locked
)
returning id, lease_epoch
