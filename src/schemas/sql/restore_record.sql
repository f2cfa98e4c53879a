-- $1 what read_record.sql gave; the record is there again: its id, or nothing when the name or the tenant is taken
WITH record AS (
  SELECT r.* FROM json_to_record($1::json) AS r (kind text, name text, tenant_id uuid, tenant_name text, version integer,
                                                  history text, migrations json)
), added AS (
  INSERT INTO tenure.schemas (kind, name, tenant_id, tenant_name, version, history, migrated_at)
  SELECT kind, name, tenant_id, tenant_name, version, history, clock_timestamp() FROM record
  ON CONFLICT DO NOTHING
  RETURNING id
), recorded AS (
  INSERT INTO tenure.schema_migrations (schema_id, number, name, checksum, how)
  SELECT a.id, m.number, m.name, m.checksum, 'recorded'
  FROM added a, record r, json_to_recordset(r.migrations) AS m (number integer, name text, checksum text)
)
SELECT id FROM added
