-- $1 job id, $2 service, $3 subject kind, $4 subject id, $5 length, $6 sections, $7 digest.
INSERT INTO tenure.archive_marks (job_id, service, subject_kind, subject_id, length, sections, digest)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (job_id, service) DO UPDATE
  SET length = excluded.length, sections = excluded.sections, digest = excluded.digest, kept_at = now()
