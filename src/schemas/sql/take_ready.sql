-- $1 tenant, $2 its name, $3 the schema's new name, $4 history; a schema that waits, given to the tenant: id, the name it has so far, version
WITH ready AS (
  SELECT id, name FROM tenure.schemas
  WHERE kind = 'ready' AND state = 'live' AND history = $4
  ORDER BY id
  LIMIT 1
  FOR UPDATE SKIP LOCKED
)
UPDATE tenure.schemas s
SET kind = 'tenant', tenant_id = $1, tenant_name = $2, name = $3, created_at = now()
FROM ready r
WHERE s.id = r.id
RETURNING s.id, r.name, s.version
