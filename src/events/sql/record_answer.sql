-- $1 consumer, $2 message id, $3 answer
update tenure.inbox
set answer = $3::jsonb, answered_at = clock_timestamp()
where consumer = $1 and message_id = $2
