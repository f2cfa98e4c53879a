-- $1 user id; memberships of one user begin one after the other, so that one of them is the default
select pg_advisory_xact_lock(hashtextextended($1, 7405))
