-- $1 schema; what outside of it would go, or lose a key, when it is dropped: each with what of the schema it needs
WITH space AS (
  SELECT n.oid FROM pg_catalog.pg_namespace n WHERE n.nspname = $1
), inside AS (
  SELECT 'pg_catalog.pg_class'::regclass::oid AS class, c.oid AS object FROM pg_catalog.pg_class c JOIN space s ON c.relnamespace = s.oid
  UNION ALL SELECT 'pg_catalog.pg_proc'::regclass, p.oid FROM pg_catalog.pg_proc p JOIN space s ON p.pronamespace = s.oid
  UNION ALL SELECT 'pg_catalog.pg_type'::regclass, t.oid FROM pg_catalog.pg_type t JOIN space s ON t.typnamespace = s.oid
), dependents AS (
  SELECT DISTINCT d.classid, d.objid, i.class, i.object
  FROM inside i
  JOIN pg_catalog.pg_depend d ON d.refclassid = i.class AND d.refobjid = i.object
  WHERE d.deptype IN ('n', 'a')
), placed AS (
  SELECT d.*, coalesce(c.relnamespace, p.pronamespace, t.typnamespace, k.connamespace, v.relnamespace, e.relnamespace, g.relnamespace) AS home
  FROM dependents d
  LEFT JOIN pg_catalog.pg_class c ON d.classid = 'pg_catalog.pg_class'::regclass AND c.oid = d.objid
  LEFT JOIN pg_catalog.pg_proc p ON d.classid = 'pg_catalog.pg_proc'::regclass AND p.oid = d.objid
  LEFT JOIN pg_catalog.pg_type t ON d.classid = 'pg_catalog.pg_type'::regclass AND t.oid = d.objid
  LEFT JOIN pg_catalog.pg_constraint k ON d.classid = 'pg_catalog.pg_constraint'::regclass AND k.oid = d.objid
  LEFT JOIN pg_catalog.pg_rewrite w ON d.classid = 'pg_catalog.pg_rewrite'::regclass AND w.oid = d.objid
  LEFT JOIN pg_catalog.pg_class v ON v.oid = w.ev_class
  LEFT JOIN pg_catalog.pg_attrdef f ON d.classid = 'pg_catalog.pg_attrdef'::regclass AND f.oid = d.objid
  LEFT JOIN pg_catalog.pg_class e ON e.oid = f.adrelid
  LEFT JOIN pg_catalog.pg_trigger r ON d.classid = 'pg_catalog.pg_trigger'::regclass AND r.oid = d.objid
  LEFT JOIN pg_catalog.pg_class g ON g.oid = r.tgrelid
)
SELECT DISTINCT pg_catalog.pg_describe_object(p.classid, p.objid, 0)
FROM placed p JOIN space s ON p.home <> s.oid
ORDER BY 1
LIMIT 20
