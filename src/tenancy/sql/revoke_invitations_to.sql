-- $1 tenant id, $2 address
update tenancy.invitations
set revoked_at = clock_timestamp()
where tenant_id = $1::uuid and email = $2 and accepted_at is null and revoked_at is null
