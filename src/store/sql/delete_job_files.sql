-- $1 job id. What it still was to remove stays, or comes back.
DELETE FROM tenure.pending_files WHERE job_id = $1
