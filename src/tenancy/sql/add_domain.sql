-- $1 tenant id, $2 domain; a tenant's first is its primary one; no row when it is taken
insert into tenancy.tenant_domains (domain, tenant_id, is_primary, created_at)
values ($2, $1::uuid, not exists (select from tenancy.tenant_domains where tenant_id = $1::uuid), clock_timestamp())
on conflict (domain) do nothing
returning domain, is_primary, (extract(epoch from created_at) * 1000000)::bigint
