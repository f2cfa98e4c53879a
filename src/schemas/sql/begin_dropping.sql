-- $1 id; from here on nobody migrates the schema, and it goes part by part
UPDATE tenure.schemas SET state = 'dropping' WHERE id = $1
