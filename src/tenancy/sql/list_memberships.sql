-- $1 user id
select m.tenant_id, t.name, m.role, m.is_default, t.status, t.deleted_at is not null
from tenancy.tenant_members as m
join tenancy.tenants as t on t.id = m.tenant_id
where m.user_id = $1::uuid
order by m.joined_at, m.tenant_id
