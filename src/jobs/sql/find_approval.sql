-- $1 job id, $2 approver, $3 digest
select
from tenure.approvals
where job_id = $1::uuid and approver = $2::uuid and digest = $3 and lapsed_at is null
