-- $1 kinds, $2 the history of all migrations, $3 only this schema or null; the number of schemas, and those behind
SELECT t.total, s.id, s.kind, s.name, s.tenant_id, s.version, s.history
FROM (SELECT count(*) AS total FROM tenure.schemas
      WHERE kind = ANY ($1::text[]) AND state = 'live' AND ($3::text IS NULL OR name = $3)) t
LEFT JOIN tenure.schemas s ON s.kind = ANY ($1::text[]) AND s.state = 'live' AND ($3::text IS NULL OR s.name = $3)
                          AND s.history <> $2
ORDER BY array_position($1::text[], s.kind::text), s.name COLLATE "C"
