-- $1 user id; the chosen default, else the oldest membership of a live tenant
select t.id, t.status = 'active' and t.deleted_at is null, true
from tenancy.tenant_members as m
join tenancy.tenants as t on t.id = m.tenant_id
where m.user_id = $1::uuid
  and (m.is_default or (t.status = 'active' and t.deleted_at is null))
order by not m.is_default, m.joined_at, t.id
limit 1
