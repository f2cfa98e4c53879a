-- no parameters; whether create_schema.sql has been run
SELECT to_regclass('tenure.migration_lease') IS NOT NULL
