-- no parameters; how far it goes, and how many seconds old it is
select sequence, extract(epoch from clock_timestamp() - at)::bigint
from tenure.audit_checkpoints
order by sequence desc, at desc
limit 1
