-- $1 database; ends the sessions of clients in it, each within 5 s. A role without pg_read_all_stats does not see what a
-- session of another role is; it may end it all the same
SELECT pg_terminate_backend(a.pid, 5000)
FROM pg_catalog.pg_stat_activity a
WHERE a.datname = $1 AND a.usesysid IS NOT NULL AND coalesce(a.backend_type, 'client backend') = 'client backend' AND a.pid <> pg_backend_pid()
