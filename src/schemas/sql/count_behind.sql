-- $1 the number of the last shared migration, $2 of the last one of tenants; schemas that lack some, one not yet made
-- included. One that has more is in order: a newer version of the product has migrated it.
SELECT count(*) FILTER (WHERE s.version < CASE WHEN s.kind = 'shared' THEN $1::int ELSE $2::int END)
       + CASE WHEN $1::int > 0 AND count(*) FILTER (WHERE s.kind = 'shared') = 0 THEN 1 ELSE 0 END
FROM tenure.schemas s
WHERE s.state = 'live'
