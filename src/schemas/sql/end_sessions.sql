-- $1 database; ends the sessions of clients in it, each within 5 s
SELECT pg_terminate_backend(a.pid, 5000)
FROM pg_catalog.pg_stat_activity a
WHERE a.datname = $1 AND a.backend_type = 'client backend' AND a.pid <> pg_backend_pid()
