-- $1 tenant, $2 lock_timeout; its record, locked
SELECT id, set_config('lock_timeout', $2, true) FROM tenure.schemas WHERE tenant_id = $1 FOR UPDATE
