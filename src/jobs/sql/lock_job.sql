-- $1 job id; holds the row for the rest of the transaction
select status, tenant_id, user_id, initiated_by, archive_key is not null, archive_shredded_at is not null,
       needs_approval, not_before is not null
from tenure.deletion_jobs
where id = $1::uuid
for update
