-- $1 tenant id, $2 invitation id; harmless to repeat; no row when there is none, or it was accepted
update tenancy.invitations
set revoked_at = coalesce(revoked_at, clock_timestamp())
where tenant_id = $1::uuid and id = $2::uuid and accepted_at is null
