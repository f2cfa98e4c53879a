-- $1 digest of the token
update identity.sessions as s
set ended_at = now()
from identity.refresh_tokens as t
where t.token_hash = $1 and t.used_at is not null and s.id = t.session_id and s.ended_at is null
