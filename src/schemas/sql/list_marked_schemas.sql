-- $1 a comment; the schemas that have it
SELECT n.nspname
FROM pg_catalog.pg_namespace n
JOIN pg_catalog.pg_description d ON d.classoid = 'pg_catalog.pg_namespace'::regclass AND d.objoid = n.oid AND d.objsubid = 0
WHERE d.description = $1
ORDER BY n.nspname
