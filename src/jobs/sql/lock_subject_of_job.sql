-- $1 job id; as lock_subject.sql, for whose deletion the job is
select pg_advisory_xact_lock(hashtextextended('tenure.subject.' || coalesce(tenant_id, user_id), 0))
from tenure.deletion_jobs
where id = $1::uuid
