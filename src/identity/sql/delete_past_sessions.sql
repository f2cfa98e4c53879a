-- $1 user id; a session is kept for a day after its end
delete from identity.sessions
where user_id = $1::uuid and least(ended_at, expires_at) < now() - interval '1 day'
