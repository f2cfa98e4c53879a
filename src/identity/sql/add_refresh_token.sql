-- $1 digest of the token, $2 session id, $3 lifetime in seconds; returns the seconds left of the token and of the session
insert into identity.refresh_tokens (token_hash, session_id, expires_at)
select $1, id, least(now() + $3::bigint * interval '1 second', expires_at)
from identity.sessions
where id = $2::uuid
returning floor(extract(epoch from expires_at - now()))::bigint,
          (select floor(extract(epoch from s.expires_at - now()))::bigint from identity.sessions as s where s.id = $2::uuid)
