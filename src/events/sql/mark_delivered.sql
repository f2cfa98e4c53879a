-- $1 number
update tenure.outbox
set delivered_at = clock_timestamp()
where number = $1::bigint
