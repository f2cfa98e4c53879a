-- $1 oid
SELECT relname FROM pg_catalog.pg_class WHERE oid = $1::bigint
