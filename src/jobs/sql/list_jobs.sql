-- $1 job id, $2 tenant id, $3 user id, $4 array of statuses, $5 'tenant' or 'user', $6 who ordered it, $7 and $8 created_at (µs) and id of the job before the first; each may be null; $9 limit
select id, job.tenant_id, user_id, tenant_name, initiated_by, status, total_items_deleted, error_log, attempts,
       lease_epoch,
       (extract(epoch from created_at) * 1000000)::bigint,
       (extract(epoch from started_at) * 1000000)::bigint,
       (extract(epoch from completed_at) * 1000000)::bigint,
       (extract(epoch from run_at) * 1000000)::bigint,
       priority,
       (extract(epoch from not_before) * 1000000)::bigint,
       times_parked,
       (extract(epoch from cancel_requested_at) * 1000000)::bigint,
       cancel_requested_by, on_failure, archive_key, retention_seconds,
       (extract(epoch from shred_after) * 1000000)::bigint,
       (extract(epoch from archive_shredded_at) * 1000000)::bigint,
       needs_approval, plan_digest,
       (select (extract(epoch from placed_at) * 1000000)::bigint
        from tenure.legal_holds as hold
        where hold.tenant_id = job.tenant_id and hold.released_at is null),
       traceparent
from tenure.deletion_jobs as job
where ($1::uuid is null or id = $1::uuid)
  and ($2::uuid is null or tenant_id = $2::uuid)
  and ($3::uuid is null or user_id = $3::uuid)
  and ($4::text[] is null or status = any ($4::text[]))
  and ($5::text is null or ($5::text = 'tenant') = (tenant_id is not null))
  and ($6::uuid is null or initiated_by = $6::uuid)
  and ($8::uuid is null
       or (created_at, id) < (timestamptz 'epoch' + $7::bigint * interval '1 microsecond', $8::uuid))
order by created_at desc, id desc
limit $9::bigint
