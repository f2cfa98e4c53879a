-- $1 job id, $2 subject kind, $3 subject id.
DELETE FROM tenure.erasure_progress WHERE job_id = $1 AND subject_kind = $2 AND subject_id = $3
