-- $1 user id
update tenancy.tenant_members
set is_default = false
where user_id = $1::uuid and is_default
