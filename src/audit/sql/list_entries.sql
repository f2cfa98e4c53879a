-- $1 tenant's keyed hash, $2 job id, $3 since (µs), $4 sequence before which, each may be null; $5 limit; the newest first
select sequence, (extract(epoch from at) * 1000000)::bigint, action, actor_kind, actor, encode(tenant, 'hex'),
       encode(person, 'hex'), job, note, encode(hash, 'hex')
from tenure.audit_entries
where ($1::text is null or tenant = decode($1, 'hex'))
  and ($2::uuid is null or job = $2::uuid)
  and ($3::bigint is null or at >= timestamptz 'epoch' + $3::bigint * interval '1 microsecond')
  and ($4::bigint is null or sequence < $4::bigint)
order by sequence desc
limit $5::bigint
