-- no parameters; whether create_schema.sql has been run, and whether it was this one
SELECT to_regclass('tenure.migration_lease') IS NOT NULL,
       EXISTS (SELECT FROM pg_catalog.pg_attribute
               WHERE attrelid = to_regclass('tenure.migration_runs') AND attname = 'cause' AND NOT attisdropped)
