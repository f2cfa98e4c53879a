-- $1 lock_timeout; the schema that others are made like, which nobody migrates until the end of the transaction
SELECT s.id, s.name, s.version, s.history,
       EXISTS (SELECT FROM tenure.schema_migrations m WHERE m.schema_id = s.id AND m.state = 'running'),
       set_config('lock_timeout', $1, true)
FROM tenure.schemas s
WHERE s.kind = 'reference' AND s.state = 'live'
FOR SHARE OF s
