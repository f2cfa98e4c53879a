-- $1 request id; a row when the request had not left yet, and never will
delete from tenure.outbox
where number in (select number from tenure.outbox where message_id = $1::uuid and delivered_at is null
                 for update skip locked)
returning number
