-- $1 tenant id, $2 user id
select t.status, t.deleted_at is not null, m.role
from tenancy.tenants as t
left join tenancy.tenant_members as m on m.tenant_id = t.id and m.user_id = $2::uuid
where t.id = $1::uuid
