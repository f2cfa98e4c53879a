-- $1 how many at most
select id, receiver, kind, payload, (extract(epoch from created_at) * 1000000)::bigint, tries, status, why,
       (extract(epoch from due_at) * 1000000)::bigint
from tenure.notices
where status <> 'delivered'
order by created_at, id
limit $1::integer
