-- $1 tenant id, $2 user id; one of them is null
select id
from tenure.deletion_jobs
where (tenant_id = $1::uuid or user_id = $2::uuid)
  and status in ('scheduled', 'awaiting_approval', 'pending', 'running', 'verifying', 'compensating', 'held')
