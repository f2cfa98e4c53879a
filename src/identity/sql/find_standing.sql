-- $1 user id, $2 session id
select u.is_platform_admin
from identity.sessions as s
join identity.users as u on u.id = s.user_id
where s.id = $2::uuid and u.id = $1::uuid and u.is_active and s.ended_at is null and s.expires_at > now()
