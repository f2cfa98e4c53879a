-- $1 job id, $2 tenant id, $3 tenant name, $4 user id, $5 initiated by, $6 json array of services; no row when one is active
with job as (
    -- Epochs go on where the subject's earlier jobs ended, so that a late call of one of those is refused by services.
    insert into tenure.deletion_jobs (id, tenant_id, tenant_name, user_id, initiated_by, lease_epoch)
    select $1::uuid, $2::uuid, left($3, 255), $4::uuid, $5::uuid, coalesce(max(lease_epoch), 0)
    from tenure.deletion_jobs
    where tenant_id = $2::uuid or user_id = $4::uuid
    on conflict do nothing
    returning id
), steps as (
    insert into tenure.deletion_steps (job_id, service, position)
    select job.id, service.name, service.position
    from job, jsonb_array_elements_text($6::jsonb) with ordinality as service (name, position)
)
select id from job
