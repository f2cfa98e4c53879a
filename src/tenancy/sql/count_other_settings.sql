-- $1 tenant id, $2 name
select count(*)
from tenancy.tenant_settings
where tenant_id = $1::uuid and name <> $2
