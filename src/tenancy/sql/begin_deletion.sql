-- $1 tenant id, $2 job id; notes what the deletion changes at once, so that it can be undone
update tenancy.tenants as tenant
set status          = 'deleting',
    deletion_job_id = $2::uuid,
    updated_at      = clock_timestamp(),
    before_deletion = coalesce(before_deletion, jsonb_build_object(
        'status', status,
        'updated_at', updated_at,
        'subscription', (select jsonb_build_object('id', id, 'status', status)
                         from tenancy.subscriptions
                         where tenant_id = tenant.id and status <> 'cancelled'),
        'invitations', (select coalesce(jsonb_agg(id), '[]')
                        from tenancy.invitations
                        where tenant_id = tenant.id and accepted_at is null and revoked_at is null)))
where id = $1::uuid
