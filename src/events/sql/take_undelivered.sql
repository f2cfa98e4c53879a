-- $1 json array of recipients that are held up; holds the event for as long as the transaction lasts
select number, topic, payload, recipient, message_id, (extract(epoch from published_at) * 1000000)::bigint,
       ceil(extract(epoch from expires_at - clock_timestamp()) * 1000)::bigint,
       coalesce(traceparent, '')
from tenure.outbox
where delivered_at is null
  and (expires_at is null or expires_at > clock_timestamp())
  and recipient not in (select jsonb_array_elements_text($1::jsonb))
order by number
limit 1
-- One that is locked is being withdrawn.
for update of outbox skip locked
