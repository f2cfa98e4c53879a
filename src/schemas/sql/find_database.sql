-- $1 database; whether it admits anybody
SELECT datallowconn FROM pg_catalog.pg_database WHERE datname = $1
