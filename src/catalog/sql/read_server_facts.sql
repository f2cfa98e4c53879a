-- What the role may do: skip triggers (superuser, or GRANT SET ON PARAMETER); and whether rows are counted.
SELECT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = current_user AND rolsuper)
       OR pg_catalog.has_parameter_privilege('session_replication_role', 'SET'),
       current_setting('track_counts')::boolean
