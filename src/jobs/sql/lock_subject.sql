-- $1 tenant or user id; for the rest of the transaction, its holds and whether jobs of it may start do not change
select pg_advisory_xact_lock(hashtextextended('tenure.subject.' || $1::uuid, 0))
