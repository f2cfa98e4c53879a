-- $1 id, $2 receiver, $3 kind, $4 payload
insert into tenure.notices (id, receiver, kind, payload)
values ($1::uuid, $2, $3, $4::jsonb)
