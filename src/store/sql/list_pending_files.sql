-- $1 table label. The next files to remove.
SELECT id, path FROM tenure.pending_files WHERE table_label = $1 ORDER BY id LIMIT 1000 FOR UPDATE SKIP LOCKED
