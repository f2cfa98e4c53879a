-- $1 schema; its tables but for partitions, which are part of their root: oid, name, the columns that a row is made of,
-- whether it is partitioned, and about how many locks dropping it takes
WITH space AS (
  SELECT n.oid FROM pg_catalog.pg_namespace n WHERE n.nspname = $1
), tables AS (
  SELECT c.oid, c.relname, c.relkind, c.reltoastrelid, coalesce(r.oid, c.oid) AS root
  FROM pg_catalog.pg_class c JOIN space s ON c.relnamespace = s.oid
  LEFT JOIN pg_catalog.pg_class r
    ON c.relispartition AND r.oid = pg_catalog.pg_partition_root(c.oid) AND r.relnamespace = s.oid
  WHERE c.relkind IN ('r', 'p')
), parts AS (
  -- The table, its two types, its toast table with index; then everything that depends on it.
  SELECT oid, 3 + CASE WHEN reltoastrelid <> 0 THEN 2 ELSE 0 END AS locks FROM tables
  UNION ALL SELECT x.indrelid, 1 FROM pg_catalog.pg_index x JOIN tables t ON t.oid = x.indrelid
  UNION ALL SELECT k.conrelid, CASE WHEN k.contype = 'f' THEN 6 ELSE 1 END
            FROM pg_catalog.pg_constraint k JOIN tables t ON t.oid = k.conrelid
  UNION ALL SELECT d.adrelid, 1 FROM pg_catalog.pg_attrdef d JOIN tables t ON t.oid = d.adrelid
  UNION ALL SELECT g.tgrelid, 1 FROM pg_catalog.pg_trigger g JOIN tables t ON t.oid = g.tgrelid WHERE NOT g.tgisinternal
  UNION ALL SELECT d.refobjid, 1
            FROM pg_catalog.pg_depend d JOIN tables t ON t.oid = d.refobjid
            WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.refclassid = 'pg_catalog.pg_class'::regclass
              AND d.deptype IN ('a', 'i') AND d.refobjsubid > 0
  UNION ALL SELECT p.polrelid, 1 FROM pg_catalog.pg_policy p JOIN tables t ON t.oid = p.polrelid
), locks AS (
  SELECT t.root, sum(p.locks) AS locks FROM parts p JOIN tables t ON t.oid = p.oid GROUP BY t.root
), columns AS (
  SELECT t.oid, array_agg(a.attname ORDER BY a.attnum) AS list
  FROM tables t JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid
  WHERE a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
  GROUP BY t.oid
)
SELECT t.oid, t.relname, coalesce(c.list, '{}'), t.relkind = 'p', l.locks
FROM tables t
JOIN locks l ON l.root = t.oid
LEFT JOIN columns c ON c.oid = t.oid
WHERE t.root = t.oid
ORDER BY t.oid
