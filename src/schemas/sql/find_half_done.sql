-- $1 schema; whether a migration outside a transaction is between two of its statements
SELECT EXISTS (SELECT FROM tenure.schema_migrations WHERE schema_id = $1 AND state = 'running')
