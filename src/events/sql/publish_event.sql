-- $1 topic, $2 payload, $3 recipient, $4 message id, $5 milliseconds after which it is no use any more or null,
-- $6 traceparent or null; wakes the relays at commit
with event as (
    insert into tenure.outbox (topic, payload, recipient, message_id, expires_at, traceparent)
    values ($1, $2::jsonb, $3, $4::uuid, clock_timestamp() + $5::bigint * interval '1 millisecond',
            $6)
    returning number
)
-- A hint only: a relay that misses it looks once a second.
select pg_notify('tenure_outbox', '') from event
