-- $1 owner, $2 milliseconds; the epoch, or nothing while another run has the lease and its session lives
INSERT INTO tenure.migration_lease AS l (epoch, owner, backend_pid, backend_start, since, lease_until)
SELECT 1, $1, a.pid, a.backend_start, clock_timestamp(), clock_timestamp() + $2::bigint * interval '1 millisecond'
FROM pg_catalog.pg_stat_activity a
WHERE a.pid = pg_backend_pid()
ON CONFLICT (only_row) DO UPDATE
SET epoch = l.epoch + 1, owner = excluded.owner, backend_pid = excluded.backend_pid,
    backend_start = excluded.backend_start, since = excluded.since, lease_until = excluded.lease_until
WHERE l.owner IS NULL OR l.lease_until < clock_timestamp()
   OR NOT EXISTS (SELECT FROM pg_catalog.pg_stat_activity a
                  WHERE a.pid = l.backend_pid AND coalesce(a.backend_start, l.backend_start) = l.backend_start)
RETURNING epoch
