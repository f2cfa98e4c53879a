-- $1 job id
select id
from tenure.deletion_jobs
where id = $1::uuid
