-- $1 id; what the database of the record is called in the state that it has now, unless it is live
SELECT format('tenure_%s_%s_%s', s.state, d.oid, s.id)
FROM tenure.schemas s JOIN pg_catalog.pg_database d ON d.datname = current_database()
WHERE s.id = $1
