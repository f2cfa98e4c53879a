-- $1 tenant id
select id
from tenure.deletion_jobs
where tenant_id = $1::uuid and status in ('pending', 'running', 'verifying')
