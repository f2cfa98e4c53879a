-- no parameters; for how many milliseconds a run has been going on that holds the lease; 0 without one
SELECT coalesce(max(extract(epoch FROM clock_timestamp() - r.started_at) * 1000), 0)::bigint
FROM tenure.migration_runs r
JOIN tenure.migration_lease l ON l.lease_until > clock_timestamp() AND r.started_at >= l.since
JOIN pg_catalog.pg_stat_activity a ON a.pid = l.backend_pid AND coalesce(a.backend_start, l.backend_start) = l.backend_start
WHERE r.outcome = 'running'
