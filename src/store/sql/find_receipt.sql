-- $1 receipt key, $2 subject kind, $3 subject id.
SELECT deleted_counts, changed_counts, digest FROM tenure.receipts
WHERE receipt_key = $1 AND subject_kind = $2 AND subject_id = $3
