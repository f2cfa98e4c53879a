-- $1 job id
select epoch, services from tenure.commit_decisions where job_id = $1::uuid
