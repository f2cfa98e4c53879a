-- $1 tenant id, $2 domain
update tenancy.tenant_domains
set is_primary = true
where tenant_id = $1::uuid and domain = $2
returning domain, is_primary, (extract(epoch from created_at) * 1000000)::bigint
