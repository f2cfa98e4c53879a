-- $1 run; the schemas that it brought forward, in the order in which they can go back: name, versions before and after, whether the first migration was recorded only
SELECT s.name, min(m.number) - 1, max(m.number), bool_or(m.how = 'faked')
FROM tenure.schema_migrations m
JOIN tenure.schemas s ON s.id = m.schema_id
WHERE m.run_id = $1 AND m.state = 'done'
GROUP BY s.name, s.kind
ORDER BY s.kind = 'shared', s.kind = 'reference', s.name COLLATE "C"
