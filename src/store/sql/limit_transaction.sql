-- $1 statement timeout, $2 lock timeout, both in milliseconds.
SELECT set_config('statement_timeout', $1, true), set_config('lock_timeout', $2, true),
       set_config('row_security', 'off', true)
