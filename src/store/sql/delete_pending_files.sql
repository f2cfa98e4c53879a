-- $1 ids of the page: all its files are gone. Not a range of ids, in which others hold rows of their own.
DELETE FROM tenure.pending_files WHERE id = ANY ($1::bigint[])
