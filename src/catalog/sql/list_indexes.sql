-- $1 only these schemas, or null. The indexes of every table that list_tables.sql gives, with their leading plain columns.
SELECT i.indrelid, ic.relname,
       ARRAY(SELECT a.attname FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS key(attnum, at)
             JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = key.attnum
             WHERE key.at <= i.indnkeyatts
               AND key.at < coalesce((SELECT min(e.at) FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS e(attnum, at)
                                      WHERE e.attnum = 0), i.indnkeyatts + 1)
             ORDER BY key.at),
       i.indisunique, i.indisprimary, i.indpred IS NOT NULL, i.indisvalid
FROM pg_catalog.pg_index i
JOIN pg_catalog.pg_class ic ON ic.oid = i.indexrelid
JOIN pg_catalog.pg_class c ON c.oid = i.indrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence <> 't'
  AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'tenure') AND n.nspname NOT LIKE 'pg\_%'
  AND ($1::text[] IS NULL OR n.nspname = ANY ($1))
ORDER BY i.indrelid, ic.relname COLLATE "C"
