-- $1 tenant id, $2 job id
update tenancy.tenants
set status = 'deleting', deletion_job_id = $2::uuid, updated_at = clock_timestamp()
where id = $1::uuid
