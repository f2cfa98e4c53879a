-- no parameters; all of them in their order, for whoever reads them one by one
copy (
select sequence, (extract(epoch from at) * 1000000)::bigint, action, actor_kind, actor, encode(tenant, 'hex'),
       encode(person, 'hex'), job, note, encode(hash, 'hex')
from tenure.audit_entries
order by sequence
) to stdout
