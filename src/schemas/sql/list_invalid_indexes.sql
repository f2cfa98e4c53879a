-- $1 schema, $2 a statement; the indexes it names that an attempt to build them concurrently has left
SELECT i.relname
FROM pg_catalog.pg_index x
JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid
JOIN pg_catalog.pg_namespace n ON n.oid = i.relnamespace
WHERE n.nspname = $1 AND NOT x.indisvalid AND i.relkind = 'i'
  AND (strpos($2, i.relname) > 0 OR i.relname ~ '_ccnew[0-9]*$')
