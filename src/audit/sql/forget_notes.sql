-- $1 array of numbers
delete from tenure.audit_notes where number = any ($1::bigint[])
