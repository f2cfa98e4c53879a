-- $1 kind of which there is one
SELECT id, kind, name, tenant_id, version, history, state FROM tenure.schemas WHERE kind = $1
