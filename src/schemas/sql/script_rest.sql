-- $1 schema, which must be all of search_path; the statements that come last, in their order
WITH relations AS (
  SELECT c.oid, c.relname, c.relkind, c.relispartition, c.relrowsecurity, c.relforcerowsecurity, c.relreplident, c.relacl, c.relowner
  FROM pg_catalog.pg_class c
  WHERE c.relnamespace = (SELECT n.oid FROM pg_catalog.pg_namespace n WHERE n.nspname = $1) AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
)
SELECT 1, i.oid, regexp_replace(pg_catalog.pg_get_indexdef(i.oid, 0, true), CASE i.relkind WHEN 'I' THEN ' ON ONLY ' ELSE '^$' END, ' ON ')
FROM relations r
JOIN pg_catalog.pg_index x ON x.indrelid = r.oid
JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid
WHERE NOT i.relispartition AND x.indisvalid
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.conindid = i.oid AND k.contype IN ('p', 'u', 'x'))
UNION ALL
SELECT 2, k.oid, format('ALTER TABLE %I ADD CONSTRAINT %I %s', r.relname, k.conname, pg_catalog.pg_get_constraintdef(k.oid, true))
FROM relations r JOIN pg_catalog.pg_constraint k ON k.conrelid = r.oid
WHERE k.contype = 'c' AND NOT k.convalidated AND k.conislocal
UNION ALL
SELECT 3, s.oid, format('ALTER SEQUENCE %I OWNED BY %I.%I', s.relname, t.relname, a.attname)
FROM relations s
JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = s.oid AND d.deptype = 'a'
                           AND d.refclassid = 'pg_catalog.pg_class'::regclass
JOIN relations t ON t.oid = d.refobjid
JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
WHERE s.relkind = 'S'
UNION ALL
SELECT 4, x.oid, regexp_replace(pg_catalog.pg_get_statisticsobjdef(x.oid),
                                '^(CREATE STATISTICS )' || regexp_replace(quote_ident($1), '([^[:alnum:]_])', '\\\1', 'g') || '\.', '\1')
FROM pg_catalog.pg_statistic_ext x WHERE x.stxnamespace = (SELECT n.oid FROM pg_catalog.pg_namespace n WHERE n.nspname = $1)
UNION ALL
SELECT 5, w.oid, pg_catalog.pg_get_ruledef(w.oid, true)
FROM relations r JOIN pg_catalog.pg_rewrite w ON w.ev_class = r.oid WHERE w.rulename <> '_RETURN'
UNION ALL
SELECT 6, t.oid, pg_catalog.pg_get_triggerdef(t.oid, true) ||
       CASE t.tgenabled WHEN 'O' THEN '' ELSE
         format('; ALTER TABLE %I %s TRIGGER %I', r.relname,
                CASE t.tgenabled WHEN 'D' THEN 'DISABLE' WHEN 'A' THEN 'ENABLE ALWAYS' ELSE 'ENABLE REPLICA' END, t.tgname) END
FROM relations r JOIN pg_catalog.pg_trigger t ON t.tgrelid = r.oid WHERE NOT t.tgisinternal AND t.tgparentid = 0
UNION ALL
SELECT 7, p.oid, format('CREATE POLICY %I ON %I AS %s FOR %s TO %s', p.polname, r.relname,
                        CASE WHEN p.polpermissive THEN 'PERMISSIVE' ELSE 'RESTRICTIVE' END,
                        CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END,
                        (SELECT string_agg(CASE o WHEN 0 THEN 'PUBLIC' ELSE o::regrole::text END, ', ') FROM unnest(p.polroles) o)) ||
       coalesce(format(' USING (%s)', pg_catalog.pg_get_expr(p.polqual, p.polrelid)), '') ||
       coalesce(format(' WITH CHECK (%s)', pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid)), '')
FROM relations r JOIN pg_catalog.pg_policy p ON p.polrelid = r.oid
UNION ALL
SELECT 8, r.oid, format('ALTER TABLE %I %s', r.relname, concat_ws(', ', CASE WHEN r.relrowsecurity THEN 'ENABLE ROW LEVEL SECURITY' END,
                                                              CASE WHEN r.relforcerowsecurity THEN 'FORCE ROW LEVEL SECURITY' END,
                                                              CASE r.relreplident WHEN 'f' THEN 'REPLICA IDENTITY FULL' WHEN 'n' THEN 'REPLICA IDENTITY NOTHING' END))
FROM relations r
WHERE r.relkind IN ('r', 'p') AND (r.relrowsecurity OR r.relforcerowsecurity OR r.relreplident IN ('f', 'n'))
UNION ALL
SELECT 9, x.indexrelid, format('ALTER TABLE %I %s %I', r.relname,
                               CASE WHEN x.indisreplident THEN 'REPLICA IDENTITY USING INDEX' ELSE 'CLUSTER ON' END, i.relname)
FROM relations r
JOIN pg_catalog.pg_index x ON x.indrelid = r.oid AND (x.indisreplident OR x.indisclustered)
JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid
UNION ALL
SELECT 10, r.oid, format('GRANT %s ON %s %I TO %s%s', g.privilege_type, CASE r.relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, r.relname,
                         CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE g.grantee::regrole::text END,
                         CASE WHEN g.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
FROM relations r CROSS JOIN LATERAL aclexplode(r.relacl) g
WHERE g.grantee <> r.relowner
UNION ALL
SELECT 11, p.oid, CASE WHEN bool_or(g.grantee = 0) THEN '' ELSE format('REVOKE ALL ON ROUTINE %s FROM PUBLIC; ', p.oid::regprocedure) END ||
       coalesce(string_agg(format('GRANT EXECUTE ON ROUTINE %s TO %s', p.oid::regprocedure, g.grantee::regrole), '; ')
                FILTER (WHERE g.grantee NOT IN (0, p.proowner)), '')
FROM pg_catalog.pg_proc p CROSS JOIN LATERAL aclexplode(p.proacl) g
WHERE p.pronamespace = (SELECT n.oid FROM pg_catalog.pg_namespace n WHERE n.nspname = $1) AND p.prokind <> 'a'
GROUP BY p.oid
UNION ALL
SELECT 12, n.oid, format(E'GRANT %s ON SCHEMA \x01 TO %s', g.privilege_type, CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE g.grantee::regrole::text END)
FROM pg_catalog.pg_namespace n CROSS JOIN LATERAL aclexplode(n.nspacl) g
WHERE n.oid = (SELECT n.oid FROM pg_catalog.pg_namespace n WHERE n.nspname = $1) AND g.grantee <> n.nspowner
UNION ALL
SELECT 13, d.objoid, format('COMMENT ON %s %s IS %L',
                            CASE i.type WHEN 'table column' THEN 'COLUMN' WHEN 'view column' THEN 'COLUMN'
                                        WHEN 'table constraint' THEN 'CONSTRAINT' WHEN 'composite type' THEN 'TYPE' ELSE i.type END,
                            regexp_replace(i.identity, '(?<![[:alnum:]_$"])' || regexp_replace(quote_ident($1), '([^[:alnum:]_])', '\\\1', 'g') || '\.', '', 'g'),
                            d.description)
FROM (SELECT c.oid AS object, 'pg_catalog.pg_class'::regclass AS class FROM pg_catalog.pg_class c WHERE c.relnamespace = (SELECT n.oid FROM pg_catalog.pg_namespace n WHERE n.nspname = $1)
      UNION ALL SELECT p.oid, 'pg_catalog.pg_proc'::regclass FROM pg_catalog.pg_proc p WHERE p.pronamespace = (SELECT n.oid FROM pg_catalog.pg_namespace n WHERE n.nspname = $1)
      UNION ALL SELECT t.oid, 'pg_catalog.pg_type'::regclass FROM pg_catalog.pg_type t WHERE t.typnamespace = (SELECT n.oid FROM pg_catalog.pg_namespace n WHERE n.nspname = $1)
      UNION ALL SELECT k.oid, 'pg_catalog.pg_constraint'::regclass FROM pg_catalog.pg_constraint k WHERE k.connamespace = (SELECT n.oid FROM pg_catalog.pg_namespace n WHERE n.nspname = $1)) o
JOIN pg_catalog.pg_description d ON d.classoid = o.class AND d.objoid = o.object
CROSS JOIN LATERAL pg_catalog.pg_identify_object(d.classoid, d.objoid, d.objsubid) i
WHERE i.type NOT IN ('domain constraint', 'materialized view column', 'composite type column')
ORDER BY 1, 2
