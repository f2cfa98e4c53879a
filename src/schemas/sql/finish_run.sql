-- $1 run, $2 outcome, $3 applied, $4 failed, $5 rolled back
UPDATE tenure.migration_runs
SET outcome = $2, finished_at = clock_timestamp(), applied = $3, failed = $4, rolled_back = $5
WHERE id = $1 AND outcome = 'running'
