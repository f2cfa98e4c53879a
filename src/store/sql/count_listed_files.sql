-- $1 receipt key, $2 table label: files listed by this order so far.
SELECT count(*) FROM tenure.pending_files WHERE receipt_key = $1 AND table_label = $2
