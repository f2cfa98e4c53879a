-- $1 run, $2 outcome, $3 applied, $4 failed, $5 rolled back, $6 the first failure or null
UPDATE tenure.migration_runs
SET outcome = $2, finished_at = clock_timestamp(), applied = $3, failed = $4, rolled_back = $5, cause = left($6, 2000)
WHERE id = $1 AND outcome = 'running'
