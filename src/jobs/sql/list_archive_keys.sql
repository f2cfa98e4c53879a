-- $1 id of the job before the first or null, $2 limit
select id, archive_key
from tenure.deletion_jobs
where archive_key is not null and ($1::uuid is null or id > $1::uuid)
order by id
limit $2::bigint
