-- $1 and $2 created_at (µs) and id of the user before the first, both may be null; $3 limit
select id, email, full_name, is_platform_admin, is_active, (extract(epoch from created_at) * 1000000)::bigint
from identity.users
where $2::uuid is null
   or (created_at, id) < (timestamptz 'epoch' + $1::bigint * interval '1 microsecond', $2::uuid)
order by created_at desc, id desc
limit $3::bigint
