-- $1 job id, $2 service, $3 subject kind, $4 subject id. The last column: whether it is this subject's.
SELECT length, sections, digest, subject_kind = $3 AND subject_id = $4 FROM tenure.archive_marks
WHERE job_id = $1 AND service = $2
