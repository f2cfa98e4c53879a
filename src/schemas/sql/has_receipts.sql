-- no parameters; whether anything was ever erased from this database
SELECT to_regclass('tenure.receipts') IS NOT NULL AND to_regclass('tenure.restorations') IS NOT NULL
