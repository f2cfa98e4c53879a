-- $1 schema, $2 numbers, $3 names, $4 checksums, $5 how, $6 run or null, $7 version, $8 history
WITH recorded AS (
  INSERT INTO tenure.schema_migrations (schema_id, number, name, checksum, how, run_id)
  SELECT $1, m.number, m.name, m.checksum, $5, $6
  FROM unnest($2::integer[], $3::text[], $4::text[]) AS m (number, name, checksum)
  ON CONFLICT (schema_id, number) DO UPDATE
  SET name = excluded.name, checksum = excluded.checksum, how = excluded.how, state = 'done', run_id = excluded.run_id,
      applied_at = excluded.applied_at
  WHERE tenure.schema_migrations.state = 'running'
)
UPDATE tenure.schemas SET version = $7, history = $8, migrated_at = clock_timestamp() WHERE id = $1
