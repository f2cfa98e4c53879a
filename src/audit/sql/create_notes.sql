-- no parameters; a script, safe to run again and from several processes at once
select pg_advisory_xact_lock(hashtext('tenure.create_schema'));

create schema if not exists tenure;

-- What can be in the audit log. A word that is added here is added to types that are there already as well, by
-- `alter type … add value if not exists`.
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
