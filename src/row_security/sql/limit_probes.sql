-- $1 longest statement, $2 longest wait for a lock, in ms; an error instead of silence where policies hide rows from us
SELECT pg_catalog.set_config('statement_timeout', $1, true), pg_catalog.set_config('lock_timeout', $2, true),
       pg_catalog.set_config('row_security', 'off', true)
