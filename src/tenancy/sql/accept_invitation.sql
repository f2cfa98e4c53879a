-- $1 tenant id, $2 invitation id; no row when it is not open any more
update tenancy.invitations
set accepted_at = clock_timestamp()
where tenant_id = $1::uuid and id = $2::uuid and accepted_at is null and revoked_at is null
  and expires_at > clock_timestamp()
returning role
