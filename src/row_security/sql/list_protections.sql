-- $1 role; every table of the users' schemas, partitions too, with what row-level security does there for the role
SELECT n.nspname, c.relname, rn.nspname, r.relname, c.relrowsecurity, c.relforcerowsecurity,
       pg_catalog.pg_get_userbyid(c.relowner), pg_catalog.pg_has_role($1::name, c.relowner, 'MEMBER'),
       pg_catalog.has_any_column_privilege($1::name, c.oid, 'SELECT'),
       pg_catalog.has_any_column_privilege($1::name, c.oid, 'INSERT'),
       pg_catalog.has_any_column_privilege($1::name, c.oid, 'UPDATE'),
       pg_catalog.has_table_privilege($1::name, c.oid, 'DELETE'),
       pg_catalog.has_table_privilege($1::name, c.oid, 'TRUNCATE'),
       EXISTS (SELECT FROM pg_catalog.pg_attribute a
               JOIN pg_catalog.pg_type t ON t.oid = a.atttypid AND t.typtype = 'd'
               WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                 AND (t.typnotnull OR EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.contypid = t.oid)))
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_class r ON c.relispartition AND r.oid = pg_catalog.pg_partition_root(c.oid)
LEFT JOIN pg_catalog.pg_namespace rn ON rn.oid = r.relnamespace
WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't'
  AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'tenure') AND n.nspname NOT LIKE 'pg\_%'
ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"
