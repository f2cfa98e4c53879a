-- $1 tenant id, $2 user id, $3 role
update tenancy.tenant_members
set role = $3
where tenant_id = $1::uuid and user_id = $2::uuid
returning user_id, role, is_default, (extract(epoch from joined_at) * 1000000)::bigint
