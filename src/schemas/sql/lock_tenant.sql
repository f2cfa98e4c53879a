-- $1 tenant; one process at a time makes, moves or discards its schema
SELECT pg_advisory_xact_lock(hashtextextended('tenure.schema_of/' || $1::text, 0))
