-- $1 job id, $2 epoch
select
from tenure.deletion_jobs
where id = $1::uuid and lease_epoch = $2::bigint and not_before is not null
