-- $1 tenant id, $2 user id or null
select t.id, t.status = 'active' and t.deleted_at is null, m.user_id is not null
from tenancy.tenants as t
left join tenancy.tenant_members as m on m.tenant_id = t.id and m.user_id = $2::uuid
where t.id = $1::uuid
