-- $1 schema, which must be all of search_path; what must be made in an order that the edges decide: id, kind, statement
WITH relations AS (
  SELECT c.oid, c.relname, c.relkind, c.relpersistence, c.reloptions, c.relispartition, c.relpartbound, c.reloftype, c.relam
  FROM pg_catalog.pg_class c
  WHERE c.relnamespace = (SELECT n.oid FROM pg_catalog.pg_namespace n WHERE n.nspname = $1) AND c.relkind IN ('r', 'p')
), columns AS (
  SELECT r.oid, string_agg(
           format('%I %s', a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod)) ||
           CASE WHEN a.attcollation <> t.typcollation
                THEN ' COLLATE ' || (SELECT format('%I.%I', l.collnamespace::regnamespace::text, l.collname)
                                     FROM pg_catalog.pg_collation l WHERE l.oid = a.attcollation) ELSE '' END ||
           CASE WHEN a.attgenerated = 's' THEN format(' GENERATED ALWAYS AS (%s) STORED', pg_catalog.pg_get_expr(d.adbin, d.adrelid))
                WHEN a.attidentity <> '' THEN format(' GENERATED %s AS IDENTITY (SEQUENCE NAME %I START %s INCREMENT %s MINVALUE %s MAXVALUE %s CACHE %s%s)',
                       CASE a.attidentity WHEN 'a' THEN 'ALWAYS' ELSE 'BY DEFAULT' END, q.relname, q.seqstart, q.seqincrement,
                       q.seqmin, q.seqmax, q.seqcache, CASE WHEN q.seqcycle THEN ' CYCLE' ELSE '' END)
                WHEN a.atthasdef THEN ' DEFAULT ' || pg_catalog.pg_get_expr(d.adbin, d.adrelid)
                ELSE '' END ||
           CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END, ', ' ORDER BY a.attnum) AS list
  FROM relations r
  JOIN pg_catalog.pg_attribute a ON a.attrelid = r.oid
  JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
  LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  LEFT JOIN LATERAL (SELECT s.relname, y.* FROM pg_catalog.pg_depend e
                     JOIN pg_catalog.pg_class s ON s.oid = e.objid AND s.relkind = 'S'
                     JOIN pg_catalog.pg_sequence y ON y.seqrelid = s.oid
                     WHERE a.attidentity <> '' AND e.classid = 'pg_catalog.pg_class'::regclass AND e.deptype = 'i'
                       AND e.refclassid = 'pg_catalog.pg_class'::regclass AND e.refobjid = a.attrelid
                       AND e.refobjsubid = a.attnum) q ON true
  WHERE a.attnum > 0 AND NOT a.attisdropped AND a.attislocal AND NOT r.relispartition
  GROUP BY r.oid
), constraints AS (
  -- Unproven ones would count as proven here, and those of partitions come with their parents'.
  SELECT k.conrelid AS oid, string_agg(format('CONSTRAINT %I %s', k.conname, pg_catalog.pg_get_constraintdef(k.oid, true)), ', '
                                       ORDER BY k.contype DESC, k.conname) AS list
  FROM relations r JOIN pg_catalog.pg_constraint k ON k.conrelid = r.oid
  WHERE k.contype IN ('c', 'p', 'u', 'x') AND k.convalidated AND k.conislocal AND k.conparentid = 0 AND NOT r.relispartition
  GROUP BY k.conrelid
)
SELECT r.oid, 'table',
       format('CREATE %sTABLE %I ', CASE r.relpersistence WHEN 'u' THEN 'UNLOGGED ' ELSE '' END, r.relname) ||
       CASE WHEN r.relispartition THEN
              (SELECT format('PARTITION OF %s %s', i.inhparent::regclass, pg_catalog.pg_get_expr(r.relpartbound, r.oid))
               FROM pg_catalog.pg_inherits i WHERE i.inhrelid = r.oid)
            ELSE format('(%s)', concat_ws(', ', c.list, k.list)) ||
                 coalesce((SELECT ' INHERITS (' || string_agg(i.inhparent::regclass::text, ', ' ORDER BY i.inhseqno) || ')'
                           FROM pg_catalog.pg_inherits i WHERE i.inhrelid = r.oid), '') END ||
       CASE WHEN r.relkind = 'p' THEN ' PARTITION BY ' || pg_catalog.pg_get_partkeydef(r.oid) ELSE '' END ||
       CASE WHEN r.relam <> 0 AND r.relam <> 2 THEN (SELECT format(' USING %I', m.amname) FROM pg_catalog.pg_am m WHERE m.oid = r.relam) ELSE '' END ||
       CASE WHEN r.reloptions IS NOT NULL THEN format(' WITH (%s)', array_to_string(r.reloptions, ', ')) ELSE '' END
FROM relations r
LEFT JOIN columns c ON c.oid = r.oid
LEFT JOIN constraints k ON k.oid = r.oid
UNION ALL
SELECT c.oid, CASE c.relkind WHEN 'v' THEN 'view' ELSE 'materialized view' END,
       format('CREATE %s %I%s AS %s%s', CASE c.relkind WHEN 'v' THEN 'VIEW' ELSE 'MATERIALIZED VIEW' END, c.relname,
              CASE WHEN c.reloptions IS NOT NULL THEN format(' WITH (%s)', array_to_string(c.reloptions, ', ')) ELSE '' END,
              rtrim(pg_catalog.pg_get_viewdef(c.oid), ';'), CASE WHEN c.relkind = 'm' AND NOT c.relispopulated THEN ' WITH NO DATA' ELSE '' END)
FROM pg_catalog.pg_class c
WHERE c.relnamespace = (SELECT n.oid FROM pg_catalog.pg_namespace n WHERE n.nspname = $1) AND c.relkind IN ('v', 'm')
UNION ALL
SELECT c.oid, 'sequence',
       format('CREATE %sSEQUENCE %I AS %s START %s INCREMENT %s MINVALUE %s MAXVALUE %s CACHE %s%s',
              CASE c.relpersistence WHEN 'u' THEN 'UNLOGGED ' ELSE '' END, c.relname, pg_catalog.format_type(q.seqtypid, NULL),
              q.seqstart, q.seqincrement, q.seqmin, q.seqmax, q.seqcache, CASE WHEN q.seqcycle THEN ' CYCLE' ELSE '' END)
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_sequence q ON q.seqrelid = c.oid
WHERE c.relnamespace = (SELECT n.oid FROM pg_catalog.pg_namespace n WHERE n.nspname = $1)
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid
                  AND d.deptype = 'i' AND d.refclassid = 'pg_catalog.pg_class'::regclass)
UNION ALL
-- A function that finds its own schema by name finds the new one: \x01 stands for that.
SELECT p.oid, 'function',
       regexp_replace(
         regexp_replace(pg_catalog.pg_get_functiondef(p.oid),
                        '^(CREATE OR REPLACE (?:FUNCTION|PROCEDURE) )' ||
                        regexp_replace(quote_ident($1), '([^[:alnum:]_])', '\\\1', 'g') || '\.', '\1'),
         '(\n SET search_path TO (?:.*, )?)''?"?' || regexp_replace($1, '([^[:alnum:]_])', '\\\1', 'g') || '"?''?(?=[,\n])', E'\\1\x01')
FROM pg_catalog.pg_proc p
WHERE p.pronamespace = (SELECT n.oid FROM pg_catalog.pg_namespace n WHERE n.nspname = $1) AND p.prokind IN ('f', 'p', 'w')
UNION ALL
SELECT t.oid, 'type',
       CASE t.typtype
         WHEN 'e' THEN format('CREATE TYPE %I AS ENUM (%s)', t.typname,
                              (SELECT string_agg(quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder)
                               FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid))
         WHEN 'd' THEN format('CREATE DOMAIN %I AS %s', t.typname, pg_catalog.format_type(t.typbasetype, t.typtypmod)) ||
                       coalesce(' DEFAULT ' || t.typdefault, '') || CASE WHEN t.typnotnull THEN ' NOT NULL' ELSE '' END ||
                       coalesce((SELECT string_agg(format(' CONSTRAINT %I %s', k.conname, pg_catalog.pg_get_constraintdef(k.oid)), '' ORDER BY k.conname)
                                 FROM pg_catalog.pg_constraint k WHERE k.contypid = t.oid), '')
         WHEN 'r' THEN format('CREATE TYPE %I AS RANGE (SUBTYPE = %s)', t.typname,
                              (SELECT pg_catalog.format_type(g.rngsubtype, NULL) FROM pg_catalog.pg_range g WHERE g.rngtypid = t.oid))
         ELSE format('CREATE TYPE %I AS (%s)', t.typname,
                     (SELECT string_agg(format('%I %s', a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod)), ', ' ORDER BY a.attnum)
                      FROM pg_catalog.pg_attribute a WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped))
       END
FROM pg_catalog.pg_type t
LEFT JOIN pg_catalog.pg_class c ON c.oid = t.typrelid
WHERE t.typnamespace = (SELECT n.oid FROM pg_catalog.pg_namespace n WHERE n.nspname = $1) AND (t.typtype IN ('e', 'd', 'r') OR (t.typtype = 'c' AND c.relkind = 'c'))
ORDER BY 1
