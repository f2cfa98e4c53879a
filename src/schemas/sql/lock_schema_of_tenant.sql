-- $1 tenant, $2 lock_timeout; its schema's record, locked
SELECT id, kind, name, tenant_id, version, history, state, set_config('lock_timeout', $2, true)
FROM tenure.schemas WHERE tenant_id = $1
FOR UPDATE
