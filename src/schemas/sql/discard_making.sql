-- $1 id; the record of what is still being made goes, and what was applied to it
DELETE FROM tenure.schemas WHERE id = $1 AND state = 'making'
