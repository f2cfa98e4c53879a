-- $1 seconds, ascending; runs that are over, by outcome: how many, milliseconds in all, and how many took no longer than each of $1
WITH ended AS (
  SELECT outcome, extract(epoch FROM finished_at - started_at)::float8 AS seconds
  FROM tenure.migration_runs
  WHERE outcome <> 'running'
)
SELECT outcome, count(*), (sum(seconds) * 1000)::bigint,
       ARRAY(SELECT count(*) FILTER (WHERE e.seconds <= bound.seconds)
             FROM unnest($1::float8[]) WITH ORDINALITY bound (seconds, place)
             CROSS JOIN ended e
             WHERE e.outcome = o.outcome
             GROUP BY bound.place
             ORDER BY bound.place)
FROM ended o
GROUP BY outcome
