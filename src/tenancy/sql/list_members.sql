-- $1 tenant id, $2 whether only owner and admins
select user_id, role, is_default, (extract(epoch from joined_at) * 1000000)::bigint
from tenancy.tenant_members
where tenant_id = $1::uuid and (not $2::boolean or role in ('owner', 'admin'))
order by role <> 'owner', joined_at, user_id
