-- $1 schemas; the migrations that are done there, alike ones together, with how many schemas and one of them
SELECT m.number, m.name, m.checksum, count(*), min(s.name)
FROM tenure.schema_migrations m
JOIN tenure.schemas s ON s.id = m.schema_id
WHERE m.schema_id = ANY ($1::bigint[]) AND m.state = 'done'
GROUP BY m.number, m.name, m.checksum
ORDER BY m.number, count(*) DESC
