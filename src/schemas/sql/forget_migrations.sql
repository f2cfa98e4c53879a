-- $1 schema, $2 version, $3 history; the schema is back at this version
WITH forgotten AS (
  DELETE FROM tenure.schema_migrations WHERE schema_id = $1 AND number > $2
)
UPDATE tenure.schemas SET version = $2, history = $3, migrated_at = clock_timestamp() WHERE id = $1
