-- $1 receipt key, $2 table label: files that this transaction has listed.
SELECT count(*) FROM tenure.pending_files
WHERE receipt_key = $1 AND table_label = $2 AND xmin = pg_current_xact_id()::xid
