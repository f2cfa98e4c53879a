-- no parameters; a script, safe to run again and from several processes at once
select pg_advisory_xact_lock(hashtext('tenure.create_schema'));

create schema if not exists tenure;

-- What can be in the audit log: what the first version knew, and below it the words that came later.
do $$
begin
    if to_regtype('tenure.audit_action') is null then
        create type tenure.audit_action as enum (
            'deletion_scheduled', 'deletion_awaiting_approval', 'deletion_pending', 'deletion_running',
            'deletion_verifying', 'deletion_compensating', 'deletion_held', 'deletion_completed', 'deletion_failed',
            'deletion_rolled_back', 'deletion_compensation_failed', 'deletion_cancelled',
            'approval_given', 'cancellation_ordered', 'retry_ordered', 'restoration_ordered', 'deletion_rescheduled',
            'hold_placed', 'hold_released', 'archive_key_destroyed',
            'tenant_created', 'tenant_changed', 'tenant_suspended', 'tenant_activated', 'tenant_soft_deleted',
            'tenant_restored', 'member_added', 'member_changed', 'member_removed', 'ownership_transferred');
        create type tenure.audit_actor as enum ('user', 'service', 'command', 'worker', 'system');
    end if;
end
$$;
alter type tenure.audit_action add value if not exists 'invitation_made';
alter type tenure.audit_action add value if not exists 'invitation_revoked';
alter type tenure.audit_action add value if not exists 'domain_added';
alter type tenure.audit_action add value if not exists 'domain_changed';
alter type tenure.audit_action add value if not exists 'domain_removed';
alter type tenure.audit_action add value if not exists 'setting_changed';
alter type tenure.audit_action add value if not exists 'subscription_changed';
alter type tenure.audit_action add value if not exists 'subscription_cancelled';
alter type tenure.audit_action add value if not exists 'account_added';
alter type tenure.audit_action add value if not exists 'account_changed';
alter type tenure.audit_action add value if not exists 'account_suspended';
alter type tenure.audit_action add value if not exists 'account_activated';
alter type tenure.audit_action add value if not exists 'platform_admin_granted';
alter type tenure.audit_action add value if not exists 'platform_admin_revoked';

-- What has happened and is not in the chain yet, for about a second; written in the transaction of what it tells.
create table if not exists tenure.audit_notes (
    number     bigint primary key generated always as identity,
    id         uuid not null default gen_random_uuid(),
    at         timestamptz not null default clock_timestamp(),
    action     tenure.audit_action not null,
    actor_kind tenure.audit_actor not null,
    actor_id   text,
    tenant_id  uuid,
    person_id  uuid,
    job_id     uuid
);
