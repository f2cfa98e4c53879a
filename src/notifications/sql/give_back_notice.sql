-- $1 id, $2 tries; the try does not count
update tenure.notices
set tries = tries - 1, due_at = clock_timestamp()
where id = $1::uuid and tries = $2::integer and status = 'waiting'
