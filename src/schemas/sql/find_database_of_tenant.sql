-- $1 tenant; its database's record, what it is called while at work, whether a database is there under its
-- name, whether that has the tenant's mark, whether it is there under the other name, and who archived it
SELECT s.id, s.kind, s.name, s.state, w.name, n.oid IS NOT NULL,
       coalesce(pg_catalog.shobj_description(n.oid, 'pg_database') = format('tenure: tenant %s of %s', s.tenant_id, current_database()), false),
       o.oid IS NOT NULL,
       coalesce(substring(pg_catalog.shobj_description(o.oid, 'pg_database') FROM 'archived by job ([-0-9a-f]+)$'), '')
FROM tenure.schemas s
JOIN pg_catalog.pg_database me ON me.datname = current_database()
CROSS JOIN LATERAL (SELECT format('tenure_%s_%s_%s', s.state, me.oid, s.id) AS name) w
LEFT JOIN pg_catalog.pg_database n ON n.datname = s.name
LEFT JOIN pg_catalog.pg_database o ON o.datname = w.name
WHERE s.tenant_id = $1
