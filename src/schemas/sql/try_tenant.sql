-- $1 tenant; whether nobody makes, erases or restores what it has
SELECT pg_try_advisory_xact_lock(hashtextextended('tenure.schema_of/' || $1::text, 0))
