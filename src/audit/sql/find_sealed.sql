-- $1 array of notes' ids
select note from tenure.audit_entries where note = any ($1::uuid[])
