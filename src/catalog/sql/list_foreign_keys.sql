-- $1 only these schemas, or null. Every foreign key, those of partitions under their partitioned table. Inherited copies are left out.
SELECT coalesce(pg_catalog.pg_partition_root(k.conrelid), k.conrelid)::oid, k.conname,
       ARRAY(SELECT a.attname FROM unnest(k.conkey) WITH ORDINALITY AS key(attnum, at)
             JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = key.attnum ORDER BY key.at),
       coalesce(pg_catalog.pg_partition_root(k.confrelid), k.confrelid)::oid,
       ARRAY(SELECT a.attname FROM unnest(k.confkey) WITH ORDINALITY AS key(attnum, at)
             JOIN pg_catalog.pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = key.attnum ORDER BY key.at),
       k.confdeltype, k.condeferrable, k.convalidated
FROM pg_catalog.pg_constraint k
JOIN pg_catalog.pg_namespace n ON n.oid = k.connamespace
WHERE k.contype = 'f' AND k.conparentid = 0
  AND ($1::text[] IS NULL OR n.nspname = ANY ($1))
ORDER BY k.conrelid, k.conname COLLATE "C"
