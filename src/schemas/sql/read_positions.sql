-- $1 schema; how far its sequences are, for restore_positions.sql
WITH own AS MATERIALIZED (
  SELECT c.oid, c.relname
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = $1 AND c.relkind = 'S'
), positions AS MATERIALIZED (
  SELECT relname, pg_catalog.pg_sequence_last_value(oid) AS position FROM own
)
SELECT json_build_object('positions', coalesce((SELECT json_object_agg(relname, position) FROM positions WHERE position IS NOT NULL), '{}'))
