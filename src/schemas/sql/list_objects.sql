-- $1 schemas; what each holds: kind, name and definition, in which the schema's own name is "@"
WITH spaces AS (
  SELECT n.oid, n.nspname, quote_ident(n.nspname) || '.' AS prefix,
         '(?<![[:alnum:]_$"])' || regexp_replace(quote_ident(n.nspname), '([^[:alnum:]_])', '\\\1', 'g') || '\.' AS own
  FROM pg_catalog.pg_namespace n
  WHERE n.nspname = ANY ($1::text[])
), relations AS MATERIALIZED (
  SELECT c.oid, c.relname, c.relkind, c.relpersistence, c.relam, c.relrowsecurity, c.relforcerowsecurity, c.relreplident,
         c.reloptions, c.relispartition, c.relpartbound, c.reltype, c.relhasindex, c.relchecks, c.relhasrules,
         c.relhastriggers, s.oid AS space, s.nspname, s.prefix, s.own
  FROM spaces s JOIN pg_catalog.pg_class c ON c.relnamespace = s.oid
  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S', 'c', 'i', 'I')
), attributes AS MATERIALIZED (
  SELECT r.oid, r.relname, r.relkind, r.nspname, r.space, a.attnum, a.attname, a.atttypid, a.atttypmod, a.attnotnull,
         a.attidentity, a.attgenerated, a.atthasdef, a.attcollation, a.attisdropped,
         count(*) FILTER (WHERE NOT a.attisdropped) OVER (PARTITION BY a.attrelid ORDER BY a.attnum) AS rank
  FROM relations r JOIN pg_catalog.pg_attribute a ON a.attrelid = r.oid
  WHERE a.attnum > 0 AND r.relkind IN ('r', 'p', 'v', 'm', 'f', 'c')
), layouts AS MATERIALIZED (
  -- The names of a relation's columns by their numbers, dropped ones in between.
  SELECT oid, array_agg(attname ORDER BY attnum) AS names FROM attributes GROUP BY oid
), trees AS MATERIALIZED (
  -- Constraints, defaults, predicates and index expressions. Their number holds the kind too, for one column to join by:
  -- where two are compared the planner expects one row, and loops over thousands.
  SELECT k.oid::bigint * 4 AS number, k.conrelid AS relation, k.conbin AS tree, r.space
  FROM relations r JOIN pg_catalog.pg_constraint k ON k.conrelid = r.oid
  WHERE k.contype = 'c' AND r.relchecks > 0
  UNION ALL
  SELECT d.oid::bigint * 4 + 1, d.adrelid, d.adbin, r.space
  FROM relations r JOIN pg_catalog.pg_attrdef d ON d.adrelid = r.oid
  WHERE r.relkind IN ('r', 'p', 'f')
  UNION ALL
  SELECT x.indexrelid::bigint * 4 + 2, x.indrelid, x.indpred, r.space
  FROM relations r JOIN pg_catalog.pg_index x ON x.indrelid = r.oid
  WHERE x.indpred IS NOT NULL AND r.relhasindex
  UNION ALL
  SELECT x.indexrelid::bigint * 4 + 3, x.indrelid, x.indexprs, r.space
  FROM relations r JOIN pg_catalog.pg_index x ON x.indrelid = r.oid
  WHERE x.indexprs IS NOT NULL AND r.relhasindex
), keyed AS MATERIALIZED (
  -- Equal trees over equal layouts read alike, so only one of them is deparsed.
  SELECT t.number, t.relation, t.tree, t.space, md5(t.tree::text || hash_array_extended(l.names, 0)) AS key
  FROM trees t JOIN layouts l ON l.oid = t.relation
), shown AS MATERIALIZED (
  SELECT one.key, pg_catalog.pg_get_expr(one.tree, one.relation) AS text
  FROM (SELECT DISTINCT ON (k.key) k.key, k.tree, k.relation FROM keyed k) one
), expressions AS MATERIALIZED (
  SELECT k.number,
         CASE WHEN strpos(s.text, p.prefix) > 0 THEN regexp_replace(s.text, p.own, '@.', 'g') ELSE s.text END AS text
  FROM keyed k JOIN shown s ON s.key = k.key JOIN spaces p ON p.oid = k.space
)
SELECT r.nspname, CASE r.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'f' THEN 'foreign table'
                                 WHEN 'c' THEN 'composite type' ELSE 'table' END AS kind,
       r.relname::text AS name,
       concat_ws(' ', r.relpersistence, nullif(r.relam, 2), CASE WHEN r.relrowsecurity THEN 'row security' END,
                 CASE WHEN r.relforcerowsecurity THEN 'forced' END, nullif(r.relreplident, 'd'),
                 array_to_string(r.reloptions, ','),
                 CASE WHEN r.relkind = 'p' THEN pg_catalog.pg_get_partkeydef(r.oid) END,
                 CASE WHEN r.relispartition THEN
                   (SELECT 'of ' || p.relname || ' ' || pg_catalog.pg_get_expr(r.relpartbound, r.oid)
                    FROM pg_catalog.pg_inherits i JOIN pg_catalog.pg_class p ON p.oid = i.inhparent WHERE i.inhrelid = r.oid) END,
                 CASE WHEN r.relkind IN ('v', 'm') THEN regexp_replace(pg_catalog.pg_get_viewdef(r.oid), r.own, '@.', 'g') END)
       AS definition
FROM relations r
WHERE r.relkind NOT IN ('i', 'I', 'S')
UNION ALL
SELECT a.nspname, 'column', a.relname || '.' || a.attname,
       concat_ws(' ', a.rank, CASE WHEN t.typnamespace = a.space THEN '@.' || t.typname
                                   ELSE pg_catalog.format_type(a.atttypid, a.atttypmod) END,
                 CASE WHEN a.attcollation <> t.typcollation THEN 'collate ' || l.collname END,
                 CASE WHEN a.attnotnull THEN 'not null' END, 'identity ' || nullif(a.attidentity::text, ''),
                 'generated ' || nullif(a.attgenerated::text, ''),
                 CASE WHEN a.atthasdef THEN 'default ' || e.text END)
FROM attributes a
JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_catalog.pg_collation l ON l.oid = a.attcollation AND a.attcollation <> t.typcollation
LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.oid AND d.adnum = a.attnum AND a.atthasdef
LEFT JOIN expressions e ON e.number = d.oid::bigint * 4 + 1
WHERE NOT a.attisdropped
UNION ALL
SELECT r.nspname, 'constraint', r.relname || '.' || k.conname,
       concat_ws(' ', k.contype,
                 CASE cardinality(k.conkey) WHEN 1 THEN y.names[k.conkey[1]] ELSE
                   (SELECT string_agg(y.names[c.attnum], ',' ORDER BY c.at)
                    FROM unnest(k.conkey) WITH ORDINALITY c (attnum, at)) END,
                 CASE WHEN k.contype = 'f' THEN concat_ws(' ', 'references',
                   CASE WHEN p.relnamespace = r.space THEN '@.' ELSE p.relnamespace::regnamespace::text || '.' END || p.relname,
                   CASE WHEN z.oid IS NULL THEN
                     (SELECT string_agg(a.attname, ',' ORDER BY c.at) FROM unnest(k.confkey) WITH ORDINALITY c (attnum, at)
                      JOIN pg_catalog.pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = c.attnum)
                   WHEN cardinality(k.confkey) = 1 THEN z.names[k.confkey[1]] ELSE
                     (SELECT string_agg(z.names[c.attnum], ',' ORDER BY c.at)
                      FROM unnest(k.confkey) WITH ORDINALITY c (attnum, at)) END,
                   k.confupdtype, k.confdeltype, k.confmatchtype, k.confdelsetcols::text) END,
                 CASE WHEN k.contype = 'x' THEN (SELECT string_agg(o::regoperator::text, ',') FROM unnest(k.conexclop) o) END,
                 CASE WHEN k.condeferrable THEN 'deferrable' END, CASE WHEN k.condeferred THEN 'deferred' END,
                 CASE WHEN NOT k.convalidated THEN 'not valid' END, CASE WHEN k.connoinherit THEN 'no inherit' END,
                 CASE WHEN k.contype = 'c' THEN e.text END)
FROM relations r
JOIN pg_catalog.pg_constraint k ON k.conrelid = r.oid
LEFT JOIN layouts y ON y.oid = k.conrelid
LEFT JOIN layouts z ON z.oid = k.confrelid
LEFT JOIN pg_catalog.pg_class p ON p.oid = k.confrelid AND k.contype = 'f'
LEFT JOIN expressions e ON e.number = k.oid::bigint * 4
WHERE k.contype <> 't' AND r.relkind IN ('r', 'p', 'f')
UNION ALL
SELECT r.nspname, 'index', i.relname::text,
       concat_ws(' ', 'on', r.relname, m.amname, CASE WHEN x.indisunique THEN 'unique' END,
                 CASE WHEN x.indnullsnotdistinct THEN 'nulls not distinct' END, CASE WHEN NOT x.indisvalid THEN 'invalid' END,
                 CASE WHEN x.indisreplident THEN 'replica identity' END, CASE WHEN x.indisclustered THEN 'clustered' END,
                 (SELECT string_agg(concat_ws(' ', coalesce(y.names[key.attnum], '()'),
                                              CASE WHEN x.indclass[key.at - 1] NOT IN
                                                          (SELECT o.oid FROM pg_catalog.pg_opclass o WHERE o.opcdefault)
                                                   THEN (SELECT o.opcname FROM pg_catalog.pg_opclass o
                                                         WHERE o.oid = x.indclass[key.at - 1]) END,
                                              nullif(x.indoption[key.at - 1], 0),
                                              nullif(nullif(x.indcollation[key.at - 1], 100), 0)), ',' ORDER BY key.at)
                  FROM unnest(x.indkey::int2[]) WITH ORDINALITY key (attnum, at)),
                 CASE WHEN x.indnkeyatts < x.indnatts THEN 'keys ' || x.indnkeyatts END,
                 array_to_string(i.reloptions, ','), e.text, 'where ' || w.text)
FROM relations r
JOIN pg_catalog.pg_index x ON x.indrelid = r.oid
JOIN relations i ON i.oid = x.indexrelid
JOIN pg_catalog.pg_am m ON m.oid = i.relam
LEFT JOIN layouts y ON y.oid = x.indrelid
LEFT JOIN expressions e ON e.number = x.indexrelid::bigint * 4 + 3
LEFT JOIN expressions w ON w.number = x.indexrelid::bigint * 4 + 2
UNION ALL
SELECT r.nspname, 'sequence', r.relname::text,
       concat_ws(' ', pg_catalog.format_type(q.seqtypid, NULL), q.seqstart, q.seqincrement, q.seqmin, q.seqmax, q.seqcache,
                 CASE WHEN q.seqcycle THEN 'cycle' END)
FROM relations r JOIN pg_catalog.pg_sequence q ON q.seqrelid = r.oid
UNION ALL
SELECT s.nspname, 'function', p.proname || '(' || regexp_replace(pg_catalog.pg_get_function_identity_arguments(p.oid), s.own, '@.', 'g') || ')',
       concat_ws(' ', p.prokind, regexp_replace(pg_catalog.pg_get_function_arguments(p.oid), s.own, '@.', 'g'), 'returns',
                 regexp_replace(pg_catalog.pg_get_function_result(p.oid), s.own, '@.', 'g'), l.lanname, p.provolatile, p.proparallel,
                 CASE WHEN p.proisstrict THEN 'strict' END, CASE WHEN p.prosecdef THEN 'security definer' END,
                 CASE WHEN p.proleakproof THEN 'leakproof' END, p.procost, p.prorows,
                 (SELECT string_agg(regexp_replace(c, rtrim(s.own, '\.'), '@', 'g'), ',') FROM unnest(p.proconfig) c),
                 p.prosrc, p.probin, regexp_replace(pg_catalog.pg_get_function_sqlbody(p.oid), s.own, '@.', 'g'))
FROM spaces s
JOIN pg_catalog.pg_proc p ON p.pronamespace = s.oid
JOIN pg_catalog.pg_language l ON l.oid = p.prolang
UNION ALL
SELECT r.nspname, 'trigger', r.relname || '.' || t.tgname,
       concat_ws(' ', t.tgenabled, regexp_replace(pg_catalog.pg_get_triggerdef(t.oid), r.own, '@.', 'g'))
FROM relations r JOIN pg_catalog.pg_trigger t ON t.tgrelid = r.oid
WHERE r.relhastriggers AND NOT t.tgisinternal
UNION ALL
SELECT r.nspname, 'policy', r.relname || '.' || p.polname,
       concat_ws(' ', CASE WHEN p.polpermissive THEN 'permissive' ELSE 'restrictive' END, p.polcmd,
                 (SELECT string_agg(CASE o WHEN 0 THEN 'public' ELSE o::regrole::text END, ',' ORDER BY o) FROM unnest(p.polroles) o),
                 'using ' || regexp_replace(pg_catalog.pg_get_expr(p.polqual, p.polrelid), r.own, '@.', 'g'),
                 'with check ' || regexp_replace(pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid), r.own, '@.', 'g'))
FROM relations r JOIN pg_catalog.pg_policy p ON p.polrelid = r.oid
UNION ALL
SELECT r.nspname, 'rule', r.relname || '.' || w.rulename,
       concat_ws(' ', w.ev_enabled, regexp_replace(pg_catalog.pg_get_ruledef(w.oid), r.own, '@.', 'g'))
FROM relations r JOIN pg_catalog.pg_rewrite w ON w.ev_class = r.oid
WHERE r.relhasrules AND w.rulename <> '_RETURN'
UNION ALL
SELECT s.nspname, 'statistics', x.stxname::text,
       concat_ws(' ', regexp_replace(pg_catalog.pg_get_statisticsobjdef(x.oid), s.own, '@.', 'g'), nullif(x.stxstattarget, -1))
FROM spaces s JOIN pg_catalog.pg_statistic_ext x ON x.stxnamespace = s.oid
UNION ALL
SELECT s.nspname, CASE t.typtype WHEN 'e' THEN 'enum' WHEN 'd' THEN 'domain' WHEN 'r' THEN 'range' ELSE 'type' END, t.typname::text,
       CASE t.typtype
         WHEN 'e' THEN (SELECT string_agg(quote_literal(e.enumlabel), ',' ORDER BY e.enumsortorder)
                        FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid)
         WHEN 'd' THEN concat_ws(' ', regexp_replace(pg_catalog.format_type(t.typbasetype, t.typtypmod), s.own, '@.', 'g'),
                                 CASE WHEN t.typnotnull THEN 'not null' END, 'default ' || t.typdefault,
                                 (SELECT string_agg(k.conname || ' ' ||
                                                    regexp_replace(pg_catalog.pg_get_constraintdef(k.oid), s.own, '@.', 'g'),
                                                    ' ' ORDER BY k.conname)
                                  FROM pg_catalog.pg_constraint k WHERE k.contypid = t.oid))
         WHEN 'r' THEN (SELECT concat_ws(' ', pg_catalog.format_type(g.rngsubtype, NULL), g.rngsubdiff, o.opcname)
                        FROM pg_catalog.pg_range g JOIN pg_catalog.pg_opclass o ON o.oid = g.rngsubopc WHERE g.rngtypid = t.oid)
         ELSE t.typtype::text END
FROM spaces s JOIN pg_catalog.pg_type t ON t.typnamespace = s.oid
WHERE t.typtype IN ('e', 'd', 'r') OR (t.typtype = 'b' AND t.typelem = 0)
UNION ALL
SELECT s.nspname, 'operator', o.oprname || '(' || o.oprleft::regtype || ',' || o.oprright::regtype || ')', o.oprcode::regproc::text
FROM spaces s JOIN pg_catalog.pg_operator o ON o.oprnamespace = s.oid
UNION ALL
SELECT s.nspname, 'collation', c.collname::text, concat_ws(' ', c.collprovider, c.collcollate, c.collctype, c.colliculocale)
FROM spaces s JOIN pg_catalog.pg_collation c ON c.collnamespace = s.oid
UNION ALL
SELECT s.nspname, 'operator class', c.opcname::text, c.opcintype::regtype::text
FROM spaces s JOIN pg_catalog.pg_opclass c ON c.opcnamespace = s.oid
UNION ALL
SELECT s.nspname, 'text search configuration', c.cfgname::text, ''
FROM spaces s JOIN pg_catalog.pg_ts_config c ON c.cfgnamespace = s.oid
UNION ALL
SELECT s.nspname, 'text search dictionary', d.dictname::text, d.dictinitoption
FROM spaces s JOIN pg_catalog.pg_ts_dict d ON d.dictnamespace = s.oid
UNION ALL
SELECT s.nspname, 'conversion', c.conname::text, ''
FROM spaces s JOIN pg_catalog.pg_conversion c ON c.connamespace = s.oid
UNION ALL
SELECT s.nspname, 'extension', x.extname::text, x.extversion
FROM spaces s JOIN pg_catalog.pg_extension x ON x.extnamespace = s.oid
