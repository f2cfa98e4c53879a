-- $1 user id
delete from identity.users
where id = $1::uuid
