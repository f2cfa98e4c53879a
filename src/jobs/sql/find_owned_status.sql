-- $1 job id, $2 epoch
select status
from tenure.deletion_jobs
where id = $1::uuid and lease_epoch = $2::bigint
