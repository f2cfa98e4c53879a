-- $1 receipt key, $2 subject kind, $3 subject id, $4 job id, $5 epoch, $6 deleted counts, $7 changed counts, $8 digest.
INSERT INTO tenure.receipts
  (receipt_key, subject_kind, subject_id, job_id, epoch, deleted_counts, changed_counts, digest)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
