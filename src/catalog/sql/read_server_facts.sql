-- What the role may do: skip triggers (superuser, or PostgreSQL 15's GRANT SET ON PARAMETER); and whether rows are counted.
SELECT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = current_user AND rolsuper)
       OR CASE WHEN current_setting('server_version_num')::int >= 150000
               THEN (SELECT pg_catalog.has_parameter_privilege('session_replication_role', 'SET')) ELSE false END,
       current_setting('track_counts')::boolean
