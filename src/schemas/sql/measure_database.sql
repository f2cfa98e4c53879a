-- $1 schema; how many tables it has, and the size of the database that the session is in
SELECT (SELECT count(*) FROM pg_catalog.pg_class
        WHERE relnamespace = to_regnamespace(quote_ident($1::text)) AND relkind IN ('r', 'p')),
       pg_catalog.pg_database_size(current_database())
