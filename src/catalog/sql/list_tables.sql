-- $1 only these schemas, or null. Every table but partitions, in the schemas that belong to users.
SELECT c.oid, n.nspname, c.relname,
       CASE WHEN c.relkind = 'p' AND EXISTS (SELECT FROM pg_catalog.pg_partition_tree(c.oid) t
                                             JOIN pg_catalog.pg_class leaf ON leaf.oid = t.relid
                                             WHERE leaf.relkind = 'f')
            THEN 'f' ELSE c.relkind END,
       EXISTS (SELECT FROM pg_catalog.pg_depend d
               WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'),
       c.relrowsecurity,
       c.relhasrules AND EXISTS (SELECT FROM pg_catalog.pg_rewrite r WHERE r.ev_class = c.oid AND r.ev_type = '4'),
       CASE WHEN c.relkind = 'p'
            THEN (SELECT coalesce(sum(greatest(leaf.reltuples, 0)), 0)
                  FROM pg_catalog.pg_partition_tree(c.oid) t JOIN pg_catalog.pg_class leaf ON leaf.oid = t.relid
                  WHERE t.isleaf)::bigint
            ELSE greatest(c.reltuples, 0)::bigint END,
       ARRAY(SELECT i.inhparent::text FROM pg_catalog.pg_inherits i
             WHERE i.inhrelid = c.oid AND NOT c.relispartition ORDER BY i.inhseqno),
       c.relhasrules AND EXISTS (SELECT FROM pg_catalog.pg_rewrite r WHERE r.ev_class = c.oid AND r.ev_type = '2')
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'f') AND NOT c.relispartition AND c.relpersistence <> 't'
  AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'tenure') AND n.nspname NOT LIKE 'pg\_%'
  AND ($1::text[] IS NULL OR n.nspname = ANY ($1))
ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"
