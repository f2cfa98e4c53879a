-- $1 job id, $2 approver, $3 digest
with job as (
    update tenure.deletion_jobs set plan_digest = $3 where id = $1::uuid returning id
)
insert into tenure.approvals (job_id, approver, digest)
select id, $2::uuid, $3 from job
