-- $1 subject kind, $2 subject id, $3 job id or null, $4 epoch. No row: a higher epoch holds the fence. Locks the row.
INSERT INTO tenure.fences AS fence (subject_kind, subject_id, job_id, epoch)
VALUES ($1, $2, $3, $4)
ON CONFLICT (subject_kind, subject_id) DO UPDATE
  SET job_id = coalesce(excluded.job_id, fence.job_id), epoch = greatest(excluded.epoch, fence.epoch), set_at = now()
  WHERE excluded.job_id IS NULL OR fence.epoch <= excluded.epoch
RETURNING epoch
