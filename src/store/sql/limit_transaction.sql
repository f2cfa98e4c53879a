-- $1 statement timeout, $2 lock timeout, $3 the longest idle time between statements, in milliseconds; $4 whether
-- its queries take one process each.
SELECT set_config('statement_timeout', $1, true), set_config('lock_timeout', $2, true),
       set_config('idle_in_transaction_session_timeout', $3, true), set_config('row_security', 'off', true),
       set_config('max_parallel_workers_per_gather',
                  CASE WHEN $4::boolean THEN '0' ELSE current_setting('max_parallel_workers_per_gather') END, true)
