-- no parameters; one relay at a time, until its transaction ends
select pg_advisory_xact_lock(hashtext('tenure.outbox'))
