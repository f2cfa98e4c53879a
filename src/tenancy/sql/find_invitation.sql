-- $1 tenant id, $2 invitation id
select id
from tenancy.invitations
where tenant_id = $1::uuid and id = $2::uuid
