-- $1 tenant id, $2 job id; no row when it is not this job that deletes it
select from tenancy.tenants
where id = $1::uuid and deletion_job_id = $2::uuid
for update
