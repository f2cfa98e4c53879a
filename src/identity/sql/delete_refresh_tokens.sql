-- $1 user id
delete from identity.refresh_tokens
where session_id in (select id from identity.sessions where user_id = $1::uuid)
