-- $1 ids: these files are in the job's archive, and may be removed once this has committed.
UPDATE tenure.pending_files SET archived = true WHERE id = ANY ($1::bigint[])
