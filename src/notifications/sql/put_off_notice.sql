-- $1 id, $2 tries, $3 why, $4 milliseconds until the next try or null for none, $5 milliseconds after which it is given up
with put_off as (
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
    returning split_part(notice.receiver, ':', 1) as receiver, notice.status = 'given_up' as is_given_up
), counted as (
    insert into tenure.notices_given_up as ever (receiver, times)
    select receiver, 1
    from put_off
    where is_given_up
    on conflict (receiver) do update set times = ever.times + 1
)
select is_given_up from put_off
