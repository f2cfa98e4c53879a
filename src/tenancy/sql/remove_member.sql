-- $1 tenant id, $2 user id
delete from tenancy.tenant_members
where tenant_id = $1::uuid and user_id = $2::uuid and role <> 'owner'
