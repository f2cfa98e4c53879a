-- $1 id of the run behind which to go on or null, $2 limit; runs, newest first, with times in µs. One that says `running`
-- and does not hold the lease was killed; how far such a one came is what it recorded of single schemas.
SELECT r.id, r.owner, (extract(epoch FROM r.started_at) * 1000000)::bigint,
       (extract(epoch FROM CASE WHEN n.outcome <> 'abandoned' THEN r.finished_at END) * 1000000)::bigint, n.outcome, r.behind,
       r.shared_version, r.tenant_version,
       CASE WHEN n.outcome IN ('running', 'abandoned')
            THEN (SELECT count(DISTINCT m.schema_id) FROM tenure.schema_migrations m WHERE m.run_id = r.id AND m.state = 'done')
            ELSE r.applied END,
       r.failed, r.rolled_back, r.cause
FROM tenure.migration_runs r
CROSS JOIN LATERAL (
  SELECT CASE WHEN r.outcome <> 'running'
                OR EXISTS (SELECT FROM tenure.migration_lease l
                           JOIN pg_catalog.pg_stat_activity a
                             ON a.pid = l.backend_pid AND coalesce(a.backend_start, l.backend_start) = l.backend_start
                           WHERE l.lease_until > clock_timestamp() AND r.started_at >= l.since)
              THEN r.outcome ELSE 'abandoned' END AS outcome
) n
WHERE $1::bigint IS NULL OR r.id < $1::bigint
ORDER BY r.id DESC
LIMIT $2::bigint
