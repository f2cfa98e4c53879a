-- no parameters; holds the event for as long as the transaction lasts
select number, topic, payload, (extract(epoch from published_at) * 1000000)::bigint
from tenure.outbox
where delivered_at is null
order by number
limit 1
for update skip locked
