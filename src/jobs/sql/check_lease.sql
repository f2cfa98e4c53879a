-- $1 job id, $2 epoch
select job.cancel_requested_at is not null, hold.number is not null
from tenure.deletion_jobs as job
     left join tenure.legal_holds as hold on hold.tenant_id = job.tenant_id and hold.released_at is null
where job.id = $1::uuid and job.lease_epoch = $2::bigint and job.lease_owner is not null
