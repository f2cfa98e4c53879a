-- $1 job id, $2 service, $3 subject kind, $4 subject id, $5 epoch, $6 restored counts, $7 reverted counts.
INSERT INTO tenure.restorations (job_id, service, subject_kind, subject_id, epoch, restored_counts, reverted_counts)
VALUES ($1, $2, $3, $4, $5, $6, $7)
