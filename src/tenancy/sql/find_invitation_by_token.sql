-- $1 digest of the token, $2 address
select id, tenant_id
from tenancy.invitations
where token_hash = $1 and email = $2
