-- $1 schema, which must be all of search_path; its foreign keys: table, referenced table, the table's name, name and clause
SELECT k.conrelid, k.confrelid, k.conrelid::regclass::text, format('CONSTRAINT %I %s', k.conname, pg_catalog.pg_get_constraintdef(k.oid, true)),
       k.convalidated AND NOT c.relispartition AND c.relkind = 'r'
FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
WHERE k.contype = 'f' AND k.conparentid = 0 AND c.relnamespace = (SELECT n.oid FROM pg_catalog.pg_namespace n WHERE n.nspname = $1)
ORDER BY c.relname COLLATE "C", k.conname COLLATE "C"
