-- $1 role; the policies that count for it, with the functions that they call
SELECT n.nspname, c.relname, p.polname, p.polcmd, p.polpermissive,
       pg_catalog.pg_get_expr(p.polqual, p.polrelid), pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid),
       coalesce((SELECT string_agg(pg_catalog.pg_get_functiondef(f.oid), E'\n')
                 FROM pg_catalog.pg_depend d
                 JOIN pg_catalog.pg_proc f ON f.oid = d.refobjid AND f.prokind = 'f'
                 WHERE d.classid = 'pg_catalog.pg_policy'::regclass AND d.objid = p.oid
                   AND d.refclassid = 'pg_catalog.pg_proc'::regclass), '')
FROM pg_catalog.pg_policy p
JOIN pg_catalog.pg_class c ON c.oid = p.polrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE EXISTS (SELECT FROM unnest(p.polroles) AS who (id)
              WHERE who.id = 0 OR pg_catalog.pg_has_role($1::name, who.id, 'USAGE'))
ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C", p.polname COLLATE "C"
