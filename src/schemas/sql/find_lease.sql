-- no parameters; who has the lease and for how many seconds
SELECT owner, extract(epoch FROM clock_timestamp() - since)::bigint FROM tenure.migration_lease WHERE owner IS NOT NULL
