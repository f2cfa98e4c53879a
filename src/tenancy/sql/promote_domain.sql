-- $1 tenant id; the oldest domain becomes the primary one
update tenancy.tenant_domains
set is_primary = true
where domain = (select domain from tenancy.tenant_domains where tenant_id = $1::uuid order by created_at, domain limit 1)
