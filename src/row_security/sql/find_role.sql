-- $1 role; what it is, what it could become, and whether this session's role may take it on; no row when there is none
SELECT r.rolsuper, r.rolbypassrls,
       ARRAY(SELECT m.rolname FROM pg_catalog.pg_roles m
             WHERE m.oid <> r.oid AND NOT r.rolsuper AND (m.rolsuper OR m.rolbypassrls)
               AND pg_catalog.pg_has_role(r.oid, m.oid, 'MEMBER')
             ORDER BY m.rolname COLLATE "C"),
       pg_catalog.pg_has_role(current_user, r.oid, 'MEMBER')
FROM pg_catalog.pg_roles r
WHERE r.rolname = $1
