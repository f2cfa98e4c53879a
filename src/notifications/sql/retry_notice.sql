-- $1 id; its time begins anew
update tenure.notices
set status = 'waiting', ended_at = null, due_at = clock_timestamp(), created_at = clock_timestamp()
where id = $1::uuid and status <> 'delivered'
returning id
