-- $1 receipt key. Paths that a file root would not follow: absolute, empty, or with an empty, "." or ".." part.
SELECT count(*) FROM tenure.pending_files
WHERE receipt_key = $1 AND path ~ '(^|/)\.{0,2}(/|$)'
