-- $1 tenant id; the one that its deletion cancelled
update tenancy.subscriptions as subscription
set status = tenant.before_deletion -> 'subscription' ->> 'status', cancelled_at = null
from tenancy.tenants as tenant
where tenant.id = $1::uuid and subscription.tenant_id = tenant.id
  and subscription.id = (tenant.before_deletion -> 'subscription' ->> 'id')::uuid
