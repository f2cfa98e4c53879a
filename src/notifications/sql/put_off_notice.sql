-- $1 id, $2 tries, $3 why, $4 milliseconds until the next try or null for none, $5 milliseconds after which it is given up
update tenure.notices as notice
set why      = $3,
    due_at   = coalesce(next.at, notice.due_at),
    status   = case when next.is_there then 'waiting' else 'given_up' end,
    ended_at = case when not next.is_there then clock_timestamp() end
from (
    select id, clock_timestamp() + $4::bigint * interval '1 millisecond' as at,
           $4 is not null and clock_timestamp() < created_at + $5::bigint * interval '1 millisecond' as is_there
    from tenure.notices
    where id = $1::uuid
) as next
where notice.id = next.id and notice.tries = $2::integer and notice.status = 'waiting'
returning notice.status = 'given_up'
