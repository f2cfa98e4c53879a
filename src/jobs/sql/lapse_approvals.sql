-- $1 job id
update tenure.approvals
set lapsed_at = clock_timestamp()
where job_id = $1::uuid and lapsed_at is null
