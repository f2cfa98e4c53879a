-- $1 id, $2 tries
update tenure.notices
set status = 'delivered', ended_at = clock_timestamp(), why = null
where id = $1::uuid and tries = $2::integer and status = 'waiting'
