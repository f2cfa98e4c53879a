-- no parameters
select sequence, encode(hash, 'hex') from tenure.audit_entries order by sequence desc limit 1
