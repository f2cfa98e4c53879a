-- $1 tenant; the databases of this service that are marked as its
SELECT d.datname
FROM pg_catalog.pg_database d
CROSS JOIN LATERAL (SELECT pg_catalog.shobj_description(d.oid, 'pg_database') AS text) comment
WHERE regexp_replace(comment.text, ', archived by job [-0-9a-f]+$', '') = format('tenure: tenant %s of %s', $1::text, current_database())
ORDER BY d.datname COLLATE "C"
