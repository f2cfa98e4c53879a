-- Whether create_service_schema.sql has run.
SELECT to_regclass('tenure.fences') IS NOT NULL AND to_regclass('tenure.receipts') IS NOT NULL
       AND to_regclass('tenure.pending_files') IS NOT NULL
