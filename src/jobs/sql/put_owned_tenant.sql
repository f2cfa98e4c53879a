-- $1 job id, $2 epoch, $3 tenant id, $4 new owner, $5 deletion job, $6 state, $7 json array of errors
insert into tenure.deletion_owned_tenants (job_id, tenant_id, new_owner_id, deletion_job_id, state, errors)
select id, $3::uuid, $4::uuid, $5::uuid, $6, array(select jsonb_array_elements_text($7::jsonb))
from tenure.deletion_jobs
where id = $1::uuid and lease_epoch = $2::bigint and lease_owner is not null
for update
on conflict (job_id, tenant_id) do update
set new_owner_id    = excluded.new_owner_id,
    deletion_job_id = excluded.deletion_job_id,
    state           = excluded.state,
    errors          = excluded.errors
