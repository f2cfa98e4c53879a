-- $1 setting, $2 tenant, or text that is none; for the rest of the transaction
SELECT pg_catalog.set_config($1, $2, true)
