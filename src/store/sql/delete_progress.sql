-- $1 receipt key, $2 subject kind, $3 subject id. Orders without a key of their own leave theirs when they are cut off.
DELETE FROM tenure.erasure_progress
WHERE receipt_key = $1
   OR subject_kind = $2 AND subject_id = $3 AND receipt_key LIKE 'direct/%' AND updated_at < now() - interval '1 day'
