-- $1 tenant id, $2 domain
delete from tenancy.tenant_domains
where tenant_id = $1::uuid and domain = $2
returning is_primary
