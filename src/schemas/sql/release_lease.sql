-- $1 epoch
UPDATE tenure.migration_lease SET owner = NULL, backend_pid = NULL, backend_start = NULL, since = NULL, lease_until = NULL
WHERE epoch = $1
