-- $1 epoch, $2 milliseconds; no row when the lease is another's
UPDATE tenure.migration_lease SET lease_until = clock_timestamp() + $2::bigint * interval '1 millisecond'
WHERE epoch = $1 AND owner IS NOT NULL
RETURNING epoch
