-- $1 setting, $2 role; where a session of the role in this database gets a value of the setting from, as people say it
SELECT CASE WHEN s.setrole = 0 THEN 'ALTER DATABASE' WHEN s.setdatabase = 0 THEN 'ALTER ROLE' ELSE 'ALTER ROLE … IN DATABASE' END
FROM pg_catalog.pg_db_role_setting s
LEFT JOIN pg_catalog.pg_database d ON d.oid = s.setdatabase
LEFT JOIN pg_catalog.pg_roles r ON r.oid = s.setrole
WHERE (s.setdatabase = 0 OR d.datname = current_database()) AND (s.setrole = 0 OR r.rolname = $2)
  AND EXISTS (SELECT FROM unnest(s.setconfig) AS c (line) WHERE lower(split_part(c.line, '=', 1)) = lower($1))
ORDER BY 1
