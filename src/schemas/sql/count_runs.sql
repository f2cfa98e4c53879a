-- $1 seconds, ascending; runs that are over, by outcome: how many, milliseconds in all, and how many took no longer than
-- each of $1. One that says `running` and does not hold the lease was killed, whether or not another one has begun since.
WITH ended AS (
  SELECT CASE WHEN r.outcome = 'running' THEN 'abandoned' ELSE r.outcome END AS outcome,
         extract(epoch FROM r.finished_at - r.started_at)::float8 AS seconds
  FROM tenure.migration_runs r
  WHERE r.outcome <> 'running'
     OR NOT EXISTS (SELECT FROM tenure.migration_lease l
                    JOIN pg_catalog.pg_stat_activity a
                      ON a.pid = l.backend_pid AND coalesce(a.backend_start, l.backend_start) = l.backend_start
                    WHERE l.lease_until > clock_timestamp() AND r.started_at >= l.since)
)
SELECT outcome, count(*), coalesce(sum(seconds) * 1000, 0)::bigint,
       ARRAY(SELECT count(*) FILTER (WHERE e.seconds <= bound.seconds)
             FROM unnest($1::float8[]) WITH ORDINALITY bound (seconds, place)
             CROSS JOIN ended e
             WHERE e.outcome = o.outcome
             GROUP BY bound.place
             ORDER BY bound.place)
FROM ended o
GROUP BY outcome
