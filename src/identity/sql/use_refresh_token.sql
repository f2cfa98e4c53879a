-- $1 digest of the token; of two uses at once the second finds it used
update identity.refresh_tokens as t
set used_at = now()
from identity.sessions as s
join identity.users as u on u.id = s.user_id
where t.token_hash = $1 and t.used_at is null and t.expires_at > now()
  and s.id = t.session_id and s.ended_at is null and s.expires_at > now() and u.is_active
returning s.id, s.user_id
