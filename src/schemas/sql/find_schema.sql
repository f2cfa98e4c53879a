-- $1 name
SELECT id, kind, name, tenant_id, version, history, state FROM tenure.schemas WHERE name = $1
