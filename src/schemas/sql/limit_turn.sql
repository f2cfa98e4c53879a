-- no parameters; whoever is silent for longer is stopped, or its machine is gone
SELECT set_config('idle_in_transaction_session_timeout', '60s', true)
