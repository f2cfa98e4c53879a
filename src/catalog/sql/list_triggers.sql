-- $1 only these schemas, or null. The triggers that users made, those of partitions under their partitioned table. tgtype bits: 1 row, 2 before,
-- 4 insert, 8 delete, 16 update (pg_trigger.h).
SELECT coalesce(pg_catalog.pg_partition_root(t.tgrelid), t.tgrelid)::oid, t.tgname, p.proname, t.tgenabled,
       (t.tgtype & 4) <> 0, (t.tgtype & 8) <> 0, (t.tgtype & 16) <> 0, (t.tgtype & 1) <> 0, (t.tgtype & 2) <> 0
FROM pg_catalog.pg_trigger t
JOIN pg_catalog.pg_proc p ON p.oid = t.tgfoid
JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE NOT t.tgisinternal AND t.tgparentid = 0
  AND ($1::text[] IS NULL OR n.nspname = ANY ($1))
ORDER BY t.tgrelid, t.tgname COLLATE "C"
