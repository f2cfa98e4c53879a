-- $1 job id, $2 tenant id, $3 user id, $4 status, $5 and $6 created_at (µs) and id of the job before the first; each may be null; $7 limit
select id, tenant_id, user_id, tenant_name, initiated_by, status, total_items_deleted, error_log, attempts, lease_epoch,
       (extract(epoch from created_at) * 1000000)::bigint,
       (extract(epoch from started_at) * 1000000)::bigint,
       (extract(epoch from completed_at) * 1000000)::bigint
from tenure.deletion_jobs
where ($1::uuid is null or id = $1::uuid)
  and ($2::uuid is null or tenant_id = $2::uuid)
  and ($3::uuid is null or user_id = $3::uuid)
  and ($4::text is null or status = $4::text)
  and ($6::uuid is null
       or (created_at, id) < (timestamptz 'epoch' + $5::bigint * interval '1 microsecond', $6::uuid))
order by created_at desc, id desc
limit $7::bigint
