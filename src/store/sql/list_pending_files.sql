-- $1 table label. The next files to remove. Waits for others who remove some, so that nobody answers before his are gone.
SELECT id, path FROM tenure.pending_files WHERE table_label = $1 ORDER BY id LIMIT 1000 FOR UPDATE
