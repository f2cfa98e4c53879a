-- $1 tenant
SELECT id, kind, name, tenant_id, version, history, state FROM tenure.schemas WHERE tenant_id = $1
