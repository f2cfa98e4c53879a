-- $1 only these schemas, or null. Each materialised view with each table that it reads, through any number of views, and how many materialised views
-- lie in between at most: one that reads others is refreshed after them.
WITH RECURSIVE reads AS (
  SELECT c.oid AS view, d.refobjid AS relation, 0 AS depth
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_rewrite r ON r.ev_class = c.oid
  JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_rewrite'::regclass AND d.objid = r.oid
                             AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid <> c.oid
  WHERE c.relkind = 'm' AND ($1::text[] IS NULL OR n.nspname = ANY ($1))
  UNION
  SELECT reads.view, d.refobjid, reads.depth + (v.relkind = 'm')::int
  FROM reads
  JOIN pg_catalog.pg_class v ON v.oid = reads.relation AND v.relkind IN ('v', 'm')
  JOIN pg_catalog.pg_rewrite r ON r.ev_class = v.oid
  JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_rewrite'::regclass AND d.objid = r.oid
                             AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid <> v.oid
)
SELECT vn.nspname, v.relname, coalesce(pg_catalog.pg_partition_root(t.oid), t.oid)::oid, max(reads.depth)
FROM reads
JOIN pg_catalog.pg_class v ON v.oid = reads.view
JOIN pg_catalog.pg_namespace vn ON vn.oid = v.relnamespace
JOIN pg_catalog.pg_class t ON t.oid = reads.relation AND t.relkind IN ('r', 'p', 'f')
GROUP BY 1, 2, 3
ORDER BY vn.nspname COLLATE "C", v.relname COLLATE "C", 3
