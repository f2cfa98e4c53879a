-- $1 milliseconds; those that nobody tries any more, since their receiver is no longer there
update tenure.notices
set status = 'given_up', ended_at = clock_timestamp(), why = coalesce(why, 'nobody knows its receiver any more')
where status = 'waiting' and due_at < clock_timestamp() - $1::bigint * interval '1 millisecond'
