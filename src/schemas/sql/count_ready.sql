-- $1 history
SELECT count(*) FROM tenure.schemas WHERE kind = 'ready' AND state = 'live' AND history = $1
