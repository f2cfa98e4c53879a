-- $1 only these schemas, or null. A digest of every catalog row that the other statements read, and whether they all see the same rows. A row is known by
-- its oid and the transaction that wrote it. What is changed in place, without a new version of the row, is added by value:
-- statistics, and states of indexes. Oids and transactions are counted anew only by a server that was started anew.
WITH relation AS MATERIALIZED (
  SELECT c.oid, concat_ws(':', c.oid, c.xmin, c.reltuples, c.relhasrules, n.oid, n.xmin) AS version
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relpersistence <> 't'
    AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'tenure') AND n.nspname NOT LIKE 'pg\_%'
    AND ($1::text[] IS NULL OR n.nspname = ANY ($1))
), part(version) AS (
  SELECT version FROM relation
  UNION ALL
  SELECT concat_ws(':', 'column', a.attrelid, a.attnum, a.xmin, t.xmin, tn.xmin, base.xmin)
  FROM relation
  JOIN pg_catalog.pg_attribute a ON a.attrelid = relation.oid AND a.attnum > 0
  LEFT JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
  LEFT JOIN pg_catalog.pg_namespace tn ON tn.oid = t.typnamespace
  LEFT JOIN pg_catalog.pg_type base ON base.oid = t.typbasetype
  UNION ALL
  SELECT concat_ws(':', 'constraint', k.oid, k.xmin)
  FROM relation JOIN pg_catalog.pg_constraint k ON k.conrelid = relation.oid
  UNION ALL
  SELECT concat_ws(':', 'index', i.indexrelid, i.xmin, i.indisvalid, i.indisready, i.indislive)
  FROM relation JOIN pg_catalog.pg_index i ON i.indrelid = relation.oid
  UNION ALL
  SELECT concat_ws(':', 'trigger', t.oid, t.xmin, p.xmin)
  FROM relation
  JOIN pg_catalog.pg_trigger t ON t.tgrelid = relation.oid
  LEFT JOIN pg_catalog.pg_proc p ON p.oid = t.tgfoid
  UNION ALL
  SELECT concat_ws(':', 'rule', r.oid, r.xmin)
  FROM relation JOIN pg_catalog.pg_rewrite r ON r.ev_class = relation.oid
  UNION ALL
  SELECT concat_ws(':', 'inherits', i.inhrelid, i.inhparent, i.inhseqno, i.xmin)
  FROM relation JOIN pg_catalog.pg_inherits i ON i.inhrelid = relation.oid
  UNION ALL
  SELECT concat_ws(':', 'extension', d.objid, d.refobjid, d.xmin)
  FROM relation
  JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = relation.oid
  WHERE d.deptype = 'e'
)
SELECT concat_ws(':', pg_postmaster_start_time(), count(*), sum(pg_catalog.hashtextextended(version, 0)),
                 sum(pg_catalog.hashtextextended(version, 1))),
       current_setting('transaction_isolation') <> 'read committed'
FROM part
