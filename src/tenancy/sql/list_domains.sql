-- $1 tenant id
select domain, is_primary, (extract(epoch from created_at) * 1000000)::bigint
from tenancy.tenant_domains
where tenant_id = $1::uuid
order by not is_primary, domain
