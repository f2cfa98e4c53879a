-- $1 tenant; one process at a time makes its schema
SELECT pg_advisory_xact_lock(hashtextextended('tenure.schema_of/' || $1::text, 0))
