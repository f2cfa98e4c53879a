-- $1 email
select id, password_hash, (extract(epoch from password_changed_at) * 1000000)::bigint
from identity.users
where email = $1 and is_active
