-- no parameters; tenants' schemas by the number of their last migration
SELECT version, count(*)
FROM tenure.schemas
WHERE kind IN ('super', 'tenant') AND state = 'live'
GROUP BY version
