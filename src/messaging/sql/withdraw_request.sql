-- $1 request id; a row when the request had not left yet, and never will; waits for a relay that is just sending it
delete from tenure.outbox
where message_id = $1::uuid and delivered_at is null
returning number
