-- $1 JSON array of [schema, name], $2 rows. Those tables, by their place in the array from 1, whose pages, or those of
-- their partitions, could hold more rows: a page of 8 kB holds no more than 291. No statistics, which may be old.
SELECT t.number
FROM jsonb_array_elements($1::jsonb) WITH ORDINALITY AS t (name, number)
CROSS JOIN LATERAL (SELECT format('%I.%I', t.name ->> 0, t.name ->> 1)::regclass AS oid) AS c
WHERE (pg_catalog.pg_relation_size(c.oid)
       + coalesce((SELECT sum(pg_catalog.pg_relation_size(relid)) FROM pg_catalog.pg_partition_tree(c.oid)), 0))
      / 8192 * 291 > $2
ORDER BY t.number
