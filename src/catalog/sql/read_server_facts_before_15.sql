-- As read_server_facts.sql, for servers on which only a superuser may skip triggers.
SELECT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = current_user AND rolsuper),
       current_setting('track_counts')::boolean
