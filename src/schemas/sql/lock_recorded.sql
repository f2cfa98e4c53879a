-- $1 what read_record.sql gave; the schemas that are now where it would be: id, name, state, locked
SELECT s.id, s.name, s.state
FROM tenure.schemas s
WHERE s.name = $1::json ->> 'name' OR s.tenant_id = ($1::json ->> 'tenant_id')::uuid
FOR UPDATE
