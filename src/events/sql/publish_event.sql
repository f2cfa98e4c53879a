-- $1 topic, $2 payload
insert into tenure.outbox (topic, payload)
values ($1, $2::jsonb)
