-- no parameters; one process at a time fills the pool
SELECT pg_advisory_xact_lock(hashtext('tenure.ready_schemas'))
