-- $1 tenant id; its job that was held, and whether it still needs an approval; holds the row
select id, needs_approval and plan_digest is null
from tenure.deletion_jobs
where tenant_id = $1::uuid and status = 'held'
for update
