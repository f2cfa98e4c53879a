-- $1 tenant id, $2 user id
select user_id, role, is_default, (extract(epoch from joined_at) * 1000000)::bigint
from tenancy.tenant_members
where tenant_id = $1::uuid and user_id = $2::uuid
