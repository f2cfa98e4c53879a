-- $1 kind, $2 name, $3 tenant or null, $4 its name or null, $5 state; nothing when the name or the tenant is there already
INSERT INTO tenure.schemas (kind, name, tenant_id, tenant_name, state)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT DO NOTHING
RETURNING id
