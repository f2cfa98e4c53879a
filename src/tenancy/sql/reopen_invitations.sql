-- $1 tenant id; those that its deletion revoked
update tenancy.invitations as invitation
set revoked_at = null
from tenancy.tenants as tenant
where tenant.id = $1::uuid and invitation.tenant_id = tenant.id and invitation.accepted_at is null
  and tenant.before_deletion -> 'invitations' ? invitation.id::text
