-- $1 json array of entries
insert into tenure.audit_entries (sequence, at, action, actor_kind, actor, tenant, person, job, note, hash)
select sequence, timestamptz 'epoch' + micros * interval '1 microsecond', action, actor_kind, actor,
       decode(tenant, 'hex'), decode(person, 'hex'), job, note, decode(hash, 'hex')
from jsonb_to_recordset($1::jsonb) as entry (
    sequence bigint, micros bigint, action tenure.audit_action, actor_kind tenure.audit_actor, actor uuid, tenant text,
    person text, job uuid, note uuid, hash text)
