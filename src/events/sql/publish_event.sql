-- $1 topic, $2 payload, $3 recipient, $4 message id; wakes the relays at commit
with event as (
    insert into tenure.outbox (topic, payload, recipient, message_id)
    values ($1, $2::jsonb, $3, $4::uuid)
    returning number
)
-- A hint only: a relay that misses it looks once a second.
select pg_notify('tenure_outbox', '') from event
