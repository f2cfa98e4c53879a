-- $1 schema; what of script_nodes.sql must be made before what else
WITH objects AS (
  SELECT 'pg_catalog.pg_class'::regclass::oid AS class, c.oid AS object,
         CASE c.relkind WHEN 'c' THEN c.reltype
                        WHEN 'S' THEN coalesce((SELECT d.refobjid FROM pg_catalog.pg_depend d
                                                WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid
                                                  AND d.deptype = 'i' LIMIT 1), c.oid)
                        ELSE c.oid END AS node
  FROM pg_catalog.pg_class c WHERE c.relnamespace = (SELECT n.oid FROM pg_catalog.pg_namespace n WHERE n.nspname = $1) AND c.relkind IN ('r', 'p', 'v', 'm', 'S', 'c')
  UNION ALL
  SELECT 'pg_catalog.pg_type'::regclass::oid, t.oid,
         CASE WHEN c.relkind IN ('r', 'p', 'v', 'm') THEN c.oid
              WHEN t.typelem <> 0 AND t.typcategory = 'A' THEN
                coalesce((SELECT nullif(CASE WHEN ec.relkind IN ('r', 'p', 'v', 'm') THEN ec.oid ELSE e.oid END, 0)
                          FROM pg_catalog.pg_type e LEFT JOIN pg_catalog.pg_class ec ON ec.oid = e.typrelid
                          WHERE e.oid = t.typelem), t.oid)
              ELSE t.oid END
  FROM pg_catalog.pg_type t LEFT JOIN pg_catalog.pg_class c ON c.oid = t.typrelid
  WHERE t.typnamespace = (SELECT n.oid FROM pg_catalog.pg_namespace n WHERE n.nspname = $1)
  UNION ALL
  SELECT 'pg_catalog.pg_proc'::regclass::oid, p.oid, p.oid FROM pg_catalog.pg_proc p WHERE p.pronamespace = (SELECT n.oid FROM pg_catalog.pg_namespace n WHERE n.nspname = $1)
  UNION ALL
  SELECT 'pg_catalog.pg_attrdef'::regclass::oid, d.oid, d.adrelid
  FROM pg_catalog.pg_attrdef d JOIN pg_catalog.pg_class c ON c.oid = d.adrelid WHERE c.relnamespace = (SELECT n.oid FROM pg_catalog.pg_namespace n WHERE n.nspname = $1)
  UNION ALL
  SELECT 'pg_catalog.pg_constraint'::regclass::oid, k.oid, CASE WHEN k.conrelid <> 0 THEN k.conrelid ELSE k.contypid END
  FROM pg_catalog.pg_constraint k WHERE k.connamespace = (SELECT n.oid FROM pg_catalog.pg_namespace n WHERE n.nspname = $1) AND k.contype IN ('c', 'p', 'u', 'x')
  UNION ALL
  SELECT 'pg_catalog.pg_rewrite'::regclass::oid, w.oid, w.ev_class
  FROM pg_catalog.pg_rewrite w JOIN pg_catalog.pg_class c ON c.oid = w.ev_class
  WHERE c.relnamespace = (SELECT n.oid FROM pg_catalog.pg_namespace n WHERE n.nspname = $1) AND w.rulename = '_RETURN'
)
SELECT DISTINCT a.node, b.node
FROM objects a
JOIN pg_catalog.pg_depend d ON d.classid = a.class AND d.objid = a.object
JOIN objects b ON b.class = d.refclassid AND b.object = d.refobjid
WHERE a.node <> b.node AND d.deptype IN ('n', 'i', 'P', 'S')
UNION
-- A partition depends on its parent only automatically.
SELECT i.inhrelid, i.inhparent
FROM pg_catalog.pg_inherits i
JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid JOIN pg_catalog.pg_class p ON p.oid = i.inhparent
WHERE c.relnamespace = (SELECT n.oid FROM pg_catalog.pg_namespace n WHERE n.nspname = $1) AND p.relnamespace = c.relnamespace
  AND c.relkind IN ('r', 'p')
