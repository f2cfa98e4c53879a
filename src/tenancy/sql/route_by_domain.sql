-- $1 domain, $2 user id or null
select t.id, t.status = 'active' and t.deleted_at is null, m.user_id is not null
from tenancy.tenant_domains as d
join tenancy.tenants as t on t.id = d.tenant_id
left join tenancy.tenant_members as m on m.tenant_id = t.id and m.user_id = $2::uuid
where d.domain = $1
