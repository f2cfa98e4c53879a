-- $1 tenant id
select name, value::text
from tenancy.tenant_settings
where tenant_id = $1::uuid
order by name
