-- $1 consumer, $2 message id; locks the row
insert into tenure.inbox as inbox (consumer, message_id)
values ($1, $2)
on conflict (consumer, message_id) do update set deliveries = inbox.deliveries + 1
returning answer
