-- $1 schema; objects that a script made from the catalog does not make
SELECT 'aggregate ' || p.proname FROM pg_catalog.pg_proc p WHERE p.pronamespace = (SELECT n.oid FROM pg_catalog.pg_namespace n WHERE n.nspname = $1) AND p.prokind = 'a'
UNION ALL
SELECT 'operator ' || o.oprname FROM pg_catalog.pg_operator o WHERE o.oprnamespace = (SELECT n.oid FROM pg_catalog.pg_namespace n WHERE n.nspname = $1)
UNION ALL
SELECT 'operator class ' || o.opcname FROM pg_catalog.pg_opclass o WHERE o.opcnamespace = (SELECT n.oid FROM pg_catalog.pg_namespace n WHERE n.nspname = $1)
UNION ALL
SELECT 'collation ' || c.collname FROM pg_catalog.pg_collation c WHERE c.collnamespace = (SELECT n.oid FROM pg_catalog.pg_namespace n WHERE n.nspname = $1)
UNION ALL
SELECT 'conversion ' || c.conname FROM pg_catalog.pg_conversion c WHERE c.connamespace = (SELECT n.oid FROM pg_catalog.pg_namespace n WHERE n.nspname = $1)
UNION ALL
SELECT 'text search configuration ' || c.cfgname FROM pg_catalog.pg_ts_config c WHERE c.cfgnamespace = (SELECT n.oid FROM pg_catalog.pg_namespace n WHERE n.nspname = $1)
UNION ALL
SELECT 'text search dictionary ' || d.dictname FROM pg_catalog.pg_ts_dict d WHERE d.dictnamespace = (SELECT n.oid FROM pg_catalog.pg_namespace n WHERE n.nspname = $1)
UNION ALL
SELECT 'extension ' || x.extname FROM pg_catalog.pg_extension x WHERE x.extnamespace = (SELECT n.oid FROM pg_catalog.pg_namespace n WHERE n.nspname = $1)
UNION ALL
SELECT 'foreign table ' || c.relname FROM pg_catalog.pg_class c WHERE c.relnamespace = (SELECT n.oid FROM pg_catalog.pg_namespace n WHERE n.nspname = $1) AND c.relkind = 'f'
UNION ALL
SELECT 'type ' || t.typname FROM pg_catalog.pg_type t
WHERE t.typnamespace = (SELECT n.oid FROM pg_catalog.pg_namespace n WHERE n.nspname = $1) AND t.typtype = 'b' AND t.typelem = 0
ORDER BY 1
