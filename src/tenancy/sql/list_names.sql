-- $1 array of tenant ids
select id, name
from tenancy.tenants
where id = any ($1::uuid[])
