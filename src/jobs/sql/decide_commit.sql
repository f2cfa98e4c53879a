-- $1 job id, $2 epoch, $3 json array of services; no row: the lease is another's
insert into tenure.commit_decisions (job_id, epoch, services)
select id, lease_epoch, array(select jsonb_array_elements_text($3::jsonb))
from tenure.deletion_jobs
where id = $1::uuid and lease_epoch = $2::bigint and lease_owner is not null
for update
on conflict (job_id) do nothing
returning job_id
