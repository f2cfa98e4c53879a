-- $1 id, $2 state; its id, or nothing when the record is gone
UPDATE tenure.schemas SET state = $2 WHERE id = $1 RETURNING id
