-- $1 user id
delete from identity.sessions
where user_id = $1::uuid
