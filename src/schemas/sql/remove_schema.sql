-- $1 id; what was applied to it goes with it
DELETE FROM tenure.schemas WHERE id = $1
