-- no parameters; for how many milliseconds a run has been going on whose lease is alive; 0 without one
SELECT coalesce(max(extract(epoch FROM clock_timestamp() - r.started_at) * 1000), 0)::bigint
FROM tenure.migration_runs r
JOIN tenure.migration_lease l ON l.owner IS NOT NULL AND l.lease_until > clock_timestamp()
WHERE r.outcome = 'running'
