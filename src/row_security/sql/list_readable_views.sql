-- $1 role; each view that the role may read and that does not read with the reader's own rights, with each table behind it
WITH RECURSIVE reads AS (
  SELECT v.oid AS view, d.refobjid AS relation
  FROM pg_catalog.pg_class v
  JOIN pg_catalog.pg_namespace n ON n.oid = v.relnamespace
  JOIN pg_catalog.pg_rewrite r ON r.ev_class = v.oid
  JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_rewrite'::regclass AND d.objid = r.oid
                             AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid <> v.oid
  WHERE v.relkind IN ('v', 'm')
    AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'tenure') AND n.nspname NOT LIKE 'pg\_%'
    AND pg_catalog.has_any_column_privilege($1::name, v.oid, 'SELECT')
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_options_to_table(v.reloptions) AS o
                    WHERE o.option_name = 'security_invoker' AND o.option_value::boolean)
  UNION
  SELECT reads.view, d.refobjid
  FROM reads
  JOIN pg_catalog.pg_class v ON v.oid = reads.relation AND v.relkind IN ('v', 'm')
  JOIN pg_catalog.pg_rewrite r ON r.ev_class = v.oid
  JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_rewrite'::regclass AND d.objid = r.oid
                             AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid <> v.oid
)
SELECT vn.nspname, v.relname, v.relkind = 'm', tn.nspname, t.relname
FROM reads
JOIN pg_catalog.pg_class v ON v.oid = reads.view
JOIN pg_catalog.pg_namespace vn ON vn.oid = v.relnamespace
JOIN pg_catalog.pg_class leaf ON leaf.oid = reads.relation AND leaf.relkind IN ('r', 'p')
JOIN pg_catalog.pg_class t ON t.oid = coalesce(pg_catalog.pg_partition_root(leaf.oid), leaf.oid)
JOIN pg_catalog.pg_namespace tn ON tn.oid = t.relnamespace
GROUP BY 1, 2, 3, 4, 5
ORDER BY vn.nspname COLLATE "C", v.relname COLLATE "C", tn.nspname COLLATE "C", t.relname COLLATE "C"
