-- $1 what read_record.sql gave
SELECT $1::json ->> 'tenant_id', $1::json ->> 'name'
