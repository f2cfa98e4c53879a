-- $1 user id; nobody can start a session of the user until the transaction ends
select is_platform_admin, is_active from identity.users where id = $1::uuid for update
