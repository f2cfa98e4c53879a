-- $1 statement timeout, $2 lock timeout, $3 the longest idle time between statements, in milliseconds.
SELECT set_config('statement_timeout', $1, true), set_config('lock_timeout', $2, true),
       set_config('idle_in_transaction_session_timeout', $3, true), set_config('row_security', 'off', true)
