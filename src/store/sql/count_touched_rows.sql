-- Rows inserted, updated and deleted by this session and not yet reported, by table, partitions under their root:
-- cascades and triggers included, which no statement's own count shows.
SELECT n.nspname, c.relname, sum(i.inserted)::bigint, sum(i.updated)::bigint, sum(i.deleted)::bigint
FROM pg_catalog.pg_class leaf
CROSS JOIN LATERAL (SELECT pg_catalog.pg_stat_get_xact_tuples_inserted(leaf.oid) AS inserted,
                           pg_catalog.pg_stat_get_xact_tuples_updated(leaf.oid) AS updated,
                           pg_catalog.pg_stat_get_xact_tuples_deleted(leaf.oid) AS deleted) i
JOIN pg_catalog.pg_class c ON c.oid = coalesce(pg_catalog.pg_partition_root(leaf.oid), leaf.oid)
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE leaf.relkind = 'r' AND (i.inserted > 0 OR i.updated > 0 OR i.deleted > 0)
  AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'tenure') AND n.nspname NOT LIKE 'pg\_%'
GROUP BY 1, 2
