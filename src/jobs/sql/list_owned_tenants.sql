-- $1 array of job ids
select job_id, tenant_id, new_owner_id, deletion_job_id, state, errors
from tenure.deletion_owned_tenants
where job_id = any ($1::uuid[])
order by job_id, created_at, tenant_id
