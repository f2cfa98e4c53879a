-- $1 schema, $2 number, $3 statements done
UPDATE tenure.schema_migrations SET statements_done = $3 WHERE schema_id = $1 AND number = $2 AND state = 'running'
