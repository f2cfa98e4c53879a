-- $1 user id, $2 id of a session that goes on, or null
update identity.sessions
set ended_at = now()
where user_id = $1::uuid and ended_at is null and ($2::uuid is null or id <> $2::uuid)
