-- no parameters; the one that goes furthest, and how many seconds old it is
select sequence, encode(key_id, 'hex'), encode(hash, 'hex'), (extract(epoch from at) * 1000000)::bigint,
       encode(signature, 'hex'), extract(epoch from clock_timestamp() - at)::bigint
from tenure.audit_checkpoints
order by sequence desc, at desc
limit 1
