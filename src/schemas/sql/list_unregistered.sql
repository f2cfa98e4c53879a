-- $1 schemas with another use; those that nobody has told the registry of
SELECT n.nspname
FROM pg_catalog.pg_namespace n
WHERE n.nspname NOT LIKE 'pg\_%' AND n.nspname NOT IN ('information_schema', 'tenure', 'tenancy', 'identity')
  AND n.nspname <> ALL ($1::text[])
  AND NOT EXISTS (SELECT FROM tenure.schemas s
                  WHERE s.name = n.nspname OR (s.state = 'dropping' AND n.nspname = 'tenure_dropping_' || s.id))
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                  WHERE d.classid = 'pg_catalog.pg_namespace'::regclass AND d.objid = n.oid AND d.deptype = 'e')
ORDER BY n.nspname COLLATE "C"
