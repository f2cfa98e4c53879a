-- $1 schema's id, $2 the name it has now; what brings its record back, and how far its sequences are
WITH own AS MATERIALIZED (
  SELECT c.oid, c.relname
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = $2 AND c.relkind = 'S'
), positions AS MATERIALIZED (
  SELECT relname, pg_catalog.pg_sequence_last_value(oid) AS position FROM own
)
SELECT json_build_object(
  'kind', s.kind, 'name', s.name, 'tenant_id', s.tenant_id, 'tenant_name', s.tenant_name, 'version', s.version, 'history', s.history,
  'migrations', coalesce((SELECT json_agg(json_build_object('number', m.number, 'name', m.name, 'checksum', m.checksum) ORDER BY m.number)
                          FROM tenure.schema_migrations m WHERE m.schema_id = s.id AND m.state = 'done'), '[]'),
  'positions', coalesce((SELECT json_object_agg(relname, position) FROM positions WHERE position IS NOT NULL), '{}'))
FROM tenure.schemas s
WHERE s.id = $1
