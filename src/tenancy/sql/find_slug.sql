-- $1 slug
select id
from tenancy.tenants
where slug = $1
