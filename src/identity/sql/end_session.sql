-- $1 user id, $2 session id
update identity.sessions
set ended_at = now()
where id = $2::uuid and user_id = $1::uuid and ended_at is null
