-- no parameters; how many locks the whole server can hold
SELECT current_setting('max_locks_per_transaction')::bigint *
       (current_setting('max_connections')::bigint + current_setting('max_prepared_transactions')::bigint)
