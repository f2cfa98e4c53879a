-- $1 tenant id, $2 user id
update tenancy.tenant_members
set is_default = true
where tenant_id = $1::uuid and user_id = $2::uuid
