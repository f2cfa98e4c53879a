-- $1 job id, $2 tenant id, $3 status, $4 and $5 created_at (µs) and id of the job before the first; each may be null; $6 limit
select id, tenant_id, tenant_name, initiated_by, status, total_items_deleted, error_log, attempts, lease_epoch,
       (extract(epoch from created_at) * 1000000)::bigint,
       (extract(epoch from started_at) * 1000000)::bigint,
       (extract(epoch from completed_at) * 1000000)::bigint
from tenure.deletion_jobs
where ($1::uuid is null or id = $1::uuid)
  and ($2::uuid is null or tenant_id = $2::uuid)
  and ($3::text is null or status = $3::text)
  and ($5::uuid is null
       or (created_at, id) < (timestamptz 'epoch' + $4::bigint * interval '1 microsecond', $5::uuid))
order by created_at desc, id desc
limit $6::bigint
