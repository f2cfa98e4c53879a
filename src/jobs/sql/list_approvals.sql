-- $1 array of job ids
select job_id, approver, digest, (extract(epoch from given_at) * 1000000)::bigint,
       (extract(epoch from lapsed_at) * 1000000)::bigint
from tenure.approvals
where job_id = any ($1::uuid[])
order by job_id, number
