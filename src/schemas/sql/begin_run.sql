-- $1 owner; earlier runs that never ended were killed: whoever begins one holds the lease
WITH abandoned AS (
  UPDATE tenure.migration_runs SET outcome = 'abandoned', finished_at = clock_timestamp() WHERE outcome = 'running'
)
INSERT INTO tenure.migration_runs (owner) VALUES ($1) RETURNING id
