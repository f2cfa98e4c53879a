-- $1 sequence, $2 key id, $3 hash, both in hexadecimal, $4 at (µs), $5 signature in hexadecimal
insert into tenure.audit_checkpoints (sequence, key_id, hash, at, signature)
values ($1::bigint, decode($2, 'hex'), decode($3, 'hex'),
        timestamptz 'epoch' + $4::bigint * interval '1 microsecond', decode($5, 'hex'))
on conflict do nothing
