-- $1 tenant id
update tenancy.tenant_domains
set is_primary = false
where tenant_id = $1::uuid and is_primary
