-- no parameters; the schemas that should be like the reference: name, kind, version, state, whether it is there
SELECT s.name, s.kind, s.version, s.state, n.oid IS NOT NULL
FROM tenure.schemas s
LEFT JOIN pg_catalog.pg_namespace n ON n.nspname = s.name
WHERE s.kind <> 'shared'
ORDER BY s.name COLLATE "C"
