-- no parameters
select sequence, encode(key_id, 'hex'), encode(hash, 'hex'), (extract(epoch from at) * 1000000)::bigint,
       encode(signature, 'hex')
from tenure.audit_checkpoints
order by sequence, at
