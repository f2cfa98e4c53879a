-- $1 milliseconds; those that nobody tries any more, since their receiver is no longer there
with given_up as (
    update tenure.notices
    set status = 'given_up', ended_at = clock_timestamp(), why = coalesce(why, 'nobody knows its receiver any more')
    where status = 'waiting' and due_at < clock_timestamp() - $1::bigint * interval '1 millisecond'
    returning split_part(receiver, ':', 1) as receiver
)
insert into tenure.notices_given_up as ever (receiver, times)
select receiver, count(*)
from given_up
group by receiver
on conflict (receiver) do update set times = ever.times + excluded.times
