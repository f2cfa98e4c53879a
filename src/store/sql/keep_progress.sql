-- $1 receipt key, $2 subject kind, $3 subject id, $4 job id, $5 cursors, $6 deleted counts, $7 changed counts.
INSERT INTO tenure.erasure_progress
  (receipt_key, subject_kind, subject_id, job_id, cursors, deleted_counts, changed_counts)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (receipt_key) DO UPDATE
  SET cursors = excluded.cursors, deleted_counts = excluded.deleted_counts, changed_counts = excluded.changed_counts,
      updated_at = now()
