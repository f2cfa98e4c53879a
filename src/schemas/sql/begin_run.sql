-- $1 owner, $2 schemas that are behind, $3 the version that the shared one is brought to or null, $4 likewise tenants';
-- earlier runs that never ended were killed: whoever begins one holds the lease
WITH abandoned AS (
  UPDATE tenure.migration_runs SET outcome = 'abandoned', finished_at = clock_timestamp() WHERE outcome = 'running'
)
INSERT INTO tenure.migration_runs (owner, behind, shared_version, tenant_version) VALUES ($1, $2, $3, $4) RETURNING id
