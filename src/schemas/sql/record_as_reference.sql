-- $1 a new schema, $2 the reference that it is made like
WITH reference AS (
  SELECT version, history FROM tenure.schemas WHERE id = $2
), recorded AS (
  INSERT INTO tenure.schema_migrations (schema_id, number, name, checksum, how)
  SELECT $1, m.number, m.name, m.checksum, 'recorded' FROM tenure.schema_migrations m WHERE m.schema_id = $2 AND m.state = 'done'
)
UPDATE tenure.schemas s SET version = r.version, history = r.history, migrated_at = clock_timestamp()
FROM reference r WHERE s.id = $1
