-- $1 tenant id
update tenancy.invitations
set revoked_at = clock_timestamp()
where tenant_id = $1::uuid and accepted_at is null and revoked_at is null
