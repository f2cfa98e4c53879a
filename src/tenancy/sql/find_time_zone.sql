-- $1 name of a time zone
select name
from pg_timezone_names
where name = $1
