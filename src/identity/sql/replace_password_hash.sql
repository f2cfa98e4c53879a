-- $1 user id, $2 the hash there is, $3 a hash of the same password at another cost
update identity.users
set password_hash = $3
where id = $1::uuid and password_hash = $2
