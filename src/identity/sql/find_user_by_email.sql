-- $1 email
select id, email, full_name, is_platform_admin, is_active, (extract(epoch from created_at) * 1000000)::bigint
from identity.users
where email = $1
