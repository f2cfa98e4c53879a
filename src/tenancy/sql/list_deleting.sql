-- $1 tenant before the first or null, $2 limit
select id, deletion_job_id
from tenancy.tenants
where status = 'deleting' and ($1::uuid is null or id > $1::uuid)
order by id
limit $2::bigint
