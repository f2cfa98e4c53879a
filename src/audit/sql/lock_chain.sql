-- no parameters; one sealer at a time, until its transaction ends
select pg_advisory_xact_lock(hashtext('tenure.audit_chain'))
