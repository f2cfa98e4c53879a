-- $1 receipt key.
SELECT cursors, deleted_counts, changed_counts FROM tenure.erasure_progress WHERE receipt_key = $1
