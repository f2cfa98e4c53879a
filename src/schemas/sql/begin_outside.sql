-- $1 schema, $2 number, $3 name, $4 checksum, $5 run; how many statements of the migration are done, and whether one may be under way
INSERT INTO tenure.schema_migrations AS m (schema_id, number, name, checksum, how, state, run_id)
VALUES ($1, $2, $3, $4, 'applied', 'running', $5)
ON CONFLICT (schema_id, number) DO UPDATE
SET statements_done = CASE WHEN m.checksum = excluded.checksum THEN m.statements_done ELSE 0 END,
    checksum = excluded.checksum, name = excluded.name, run_id = excluded.run_id
WHERE m.state = 'running'
RETURNING statements_done, xmax <> 0
