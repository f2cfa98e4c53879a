-- Whether create_service_schema.sql has run, in its present version.
SELECT to_regclass('tenure.fences') IS NOT NULL AND to_regclass('tenure.receipts') IS NOT NULL
       AND to_regclass('tenure.archive_marks') IS NOT NULL AND to_regclass('tenure.erasure_progress') IS NOT NULL
       AND to_regclass('tenure.restorations') IS NOT NULL
       AND EXISTS (SELECT FROM pg_catalog.pg_attribute
                   WHERE attrelid = to_regclass('tenure.pending_files') AND attname = 'archived')
       AND to_regclass('tenure.pending_files_by_path') IS NOT NULL
