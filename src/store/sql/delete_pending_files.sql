-- $1 table label, $2 highest id of the page: all its files are gone.
DELETE FROM tenure.pending_files WHERE table_label = $1 AND id <= $2
