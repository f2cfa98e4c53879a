-- $1 array of receivers, $2 milliseconds for which nobody else takes it
update tenure.notices
set tries = tries + 1, due_at = clock_timestamp() + $2::bigint * interval '1 millisecond'
where id = (
    select id
    from tenure.notices
    where status = 'waiting' and due_at <= clock_timestamp() and receiver = any ($1::text[])
    order by due_at, id
    limit 1
    for update skip locked
)
returning id, receiver, kind, payload, (extract(epoch from created_at) * 1000000)::bigint, tries
