-- Milliseconds for which the session that has waited longest waits for a lock that this session holds.
SELECT coalesce(max(extract(epoch FROM clock_timestamp() - waitstart) * 1000), 0)::bigint
FROM pg_catalog.pg_locks
WHERE NOT granted AND waitstart IS NOT NULL AND pg_catalog.pg_backend_pid() = ANY (pg_catalog.pg_blocking_pids(pid))
