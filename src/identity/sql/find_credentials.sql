-- $1 user id
select id, password_hash, (extract(epoch from password_changed_at) * 1000000)::bigint
from identity.users
where id = $1::uuid and is_active
