-- no parameters; what this database holds beside the tables and functions of schema public
WITH strange AS (
  SELECT n.oid, n.nspname FROM pg_catalog.pg_namespace n
  WHERE n.nspname NOT LIKE 'pg\_%' AND n.nspname NOT IN ('information_schema', 'public', 'tenure')
), own AS (
  SELECT c.relnamespace AS namespace, 'pg_catalog.pg_class'::regclass AS class, c.oid FROM pg_catalog.pg_class c
  UNION ALL SELECT p.pronamespace, 'pg_catalog.pg_proc'::regclass, p.oid FROM pg_catalog.pg_proc p
  UNION ALL SELECT t.typnamespace, 'pg_catalog.pg_type'::regclass, t.oid FROM pg_catalog.pg_type t
            WHERE t.typelem = 0 AND t.typrelid = 0
)
SELECT 'schema ' || s.nspname
FROM strange s
WHERE EXISTS (SELECT FROM own o WHERE o.namespace = s.oid
              AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                              WHERE d.classid = o.class AND d.objid = o.oid AND d.deptype IN ('e', 'i')))
UNION ALL
SELECT 'large objects' WHERE EXISTS (SELECT FROM pg_catalog.pg_largeobject_metadata)
UNION ALL
SELECT 'event trigger ' || e.evtname FROM pg_catalog.pg_event_trigger e
UNION ALL
SELECT 'publication ' || p.pubname FROM pg_catalog.pg_publication p
UNION ALL
SELECT 'foreign server ' || f.srvname FROM pg_catalog.pg_foreign_server f
ORDER BY 1
