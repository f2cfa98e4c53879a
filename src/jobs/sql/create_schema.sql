-- no parameters; a script, safe to run again and from several processes at once
select pg_advisory_xact_lock(hashtext('tenure.create_schema'));

create schema if not exists tenure;

create table if not exists tenure.deletion_jobs (
    id                       uuid primary key default gen_random_uuid(),
    tenant_id                uuid,
    tenant_name              varchar(255),
    initiated_by             uuid,
    status                   varchar(50) not null default 'pending',
    service_results          jsonb not null default '{}',
    total_items_deleted      bigint not null default 0,
    started_at               timestamptz,
    completed_at             timestamptz,
    error_log                text[] not null default '{}',
    created_at               timestamptz not null default now(),
    lease_owner              text,
    lease_epoch              bigint not null default 0,
    lease_until              timestamptz,
    attempts                 integer not null default 0,
    user_id                  uuid,
    run_at                   timestamptz,
    priority                 smallint not null default 0,
    not_before               timestamptz,
    times_parked             integer not null default 0,
    cancel_requested_at      timestamptz,
    cancel_requested_by      text,
    on_failure               varchar(20) not null default 'retry',
    archive_key              text,
    retention_seconds        bigint not null default 0,
    shred_after              timestamptz,
    archive_shredded_at      timestamptz,
    archive_files_removed_at timestamptz,
    needs_approval           boolean not null default false,
    plan_digest              text,
    transitions              integer not null default 0
);

-- What may be in a row. A table of an earlier version gets the columns and constraints that it lacks here, once: the
-- last constraint tells.
do $$
begin
    if exists (
        select from pg_constraint
        where conrelid = 'tenure.deletion_jobs'::regclass and conname = 'deletion_jobs_archive_kept_for_compensation'
    ) then
        return;
    end if;

    alter table tenure.deletion_jobs
        alter column tenant_id drop not null,
        add column if not exists user_id uuid,
        add column if not exists run_at timestamptz,
        add column if not exists priority smallint not null default 0,
        add column if not exists not_before timestamptz,
        add column if not exists times_parked integer not null default 0,
        add column if not exists cancel_requested_at timestamptz,
        add column if not exists cancel_requested_by text,
        add column if not exists on_failure varchar(20) not null default 'retry',
        add column if not exists archive_key text,
        add column if not exists retention_seconds bigint not null default 0,
        add column if not exists shred_after timestamptz,
        add column if not exists archive_shredded_at timestamptz,
        add column if not exists archive_files_removed_at timestamptz,
        add column if not exists needs_approval boolean not null default false,
        add column if not exists plan_digest text,
        add column if not exists transitions integer not null default 0,
        drop constraint if exists deletion_jobs_one_subject,
        drop constraint if exists deletion_jobs_status,
        drop constraint if exists deletion_jobs_started_unless_pending,
        drop constraint if exists deletion_jobs_completed_at_the_end,
        drop constraint if exists deletion_jobs_failed_for_a_reason,
        drop constraint if exists deletion_jobs_lease_is_whole,
        drop constraint if exists deletion_jobs_leased_while_running,
        drop constraint if exists deletion_jobs_epoch_unless_pending,
        drop constraint if exists deletion_jobs_counts;
    drop index if exists tenure.deletion_jobs_claim_idx;
    drop index if exists tenure.deletion_jobs_one_active_a_tenant;
    drop index if exists tenure.deletion_jobs_one_active_a_user;

    alter table tenure.deletion_jobs
        -- The deletion of a tenant always has its id, and that of a user always the user's; never both.
        add constraint deletion_jobs_one_subject
            check (num_nonnulls(tenant_id, user_id) = 1),
        add constraint deletion_jobs_status
            check (status in ('scheduled', 'awaiting_approval', 'pending', 'running', 'verifying', 'compensating', 'held',
                              'completed', 'failed', 'rolled_back', 'compensation_failed', 'cancelled')),
        add constraint deletion_jobs_scheduled_for_a_time
            check (status <> 'scheduled' or run_at is not null),
        add constraint deletion_jobs_priority
            check (priority between -100 and 100),
        add constraint deletion_jobs_policy
            check (on_failure in ('roll_back', 'retry')),
        add constraint deletion_jobs_not_started_while_waiting
            check (started_at is null or status not in ('scheduled', 'awaiting_approval')),
        add constraint deletion_jobs_started_to_run
            check (started_at is not null
                   or status in ('scheduled', 'awaiting_approval', 'pending', 'held', 'cancelled')),
        add constraint deletion_jobs_completed_at_the_end
            check ((completed_at is not null)
                   = (status in ('completed', 'failed', 'rolled_back', 'compensation_failed', 'cancelled'))),
        add constraint deletion_jobs_failed_for_a_reason
            check (status not in ('failed', 'compensation_failed') or cardinality(error_log) > 0),
        add constraint deletion_jobs_lease_is_whole
            check ((lease_owner is null) = (lease_until is null)),
        add constraint deletion_jobs_leased_while_running
            check (lease_owner is null or status in ('running', 'verifying', 'compensating')),
        add constraint deletion_jobs_parked_without_a_lease
            check (not_before is null or (lease_owner is null and status in ('running', 'verifying', 'compensating'))),
        add constraint deletion_jobs_epoch_once_started
            check (started_at is null or lease_epoch > 0),
        add constraint deletion_jobs_counts
            check (total_items_deleted >= 0 and lease_epoch >= 0 and attempts >= 0 and times_parked >= 0
                   and retention_seconds >= 0 and transitions >= 0),
        add constraint deletion_jobs_cancelled_by_somebody
            check ((cancel_requested_at is null) = (cancel_requested_by is null)),
        -- Whoever was told that the deletion would be taken back never finds it completed.
        add constraint deletion_jobs_cancellation_is_kept
            check (cancel_requested_at is null or status <> 'completed'),
        add constraint deletion_jobs_approved_before_it_starts
            check (not needs_approval or plan_digest is not null
                   or status in ('scheduled', 'awaiting_approval', 'held', 'cancelled')),
        add constraint deletion_jobs_digest_of_an_approval
            check (plan_digest is null or needs_approval),
        -- A key that was destroyed does not come back, and only a job that nobody works on loses its key.
        add constraint deletion_jobs_shredded_at_the_end
            check (archive_shredded_at is null or (archive_key is null and completed_at is not null)),
        add constraint deletion_jobs_files_go_after_the_key
            check (archive_files_removed_at is null or archive_shredded_at is not null),
        -- The rows of a compensation that failed are nowhere else: such an archive has no time to be destroyed at.
        add constraint deletion_jobs_shred_after_the_end
            check ((shred_after is not null)
                   = ((archive_key is not null or archive_shredded_at is not null)
                      and status in ('completed', 'failed', 'rolled_back', 'cancelled'))),
        add constraint deletion_jobs_archive_kept_for_compensation
            check (status <> 'compensating' or archive_key is not null);
end
$$;

-- The request that a job is part of. One of an earlier version gets a trace of its own.
do $$
begin
    if not exists (
        select from pg_constraint
        where conrelid = 'tenure.deletion_jobs'::regclass and conname = 'deletion_jobs_traceparent'
    ) then
        alter table tenure.deletion_jobs
            add column traceparent varchar(55) not null
                default '00-' || replace(gen_random_uuid()::text, '-', '') || '-'
                        || left(replace(gen_random_uuid()::text, '-', ''), 16) || '-01'
                constraint deletion_jobs_traceparent
                    check (traceparent ~ '^00-[0-9a-f]{32}-[0-9a-f]{16}-0[0-3]$');
    end if;
end
$$;

create index if not exists deletion_jobs_tenant_id_idx on tenure.deletion_jobs (tenant_id);
create index if not exists deletion_jobs_user_id_idx on tenure.deletion_jobs (user_id) where user_id is not null;
create index if not exists deletion_jobs_status_idx on tenure.deletion_jobs (status);
create index if not exists deletion_jobs_initiated_by_idx on tenure.deletion_jobs (initiated_by);
create index if not exists deletion_jobs_newest_idx on tenure.deletion_jobs (created_at desc, id desc);
create index if not exists deletion_jobs_line_idx on tenure.deletion_jobs (priority desc, created_at, id)
    where status in ('pending', 'running', 'verifying', 'compensating');
create index if not exists deletion_jobs_due_idx on tenure.deletion_jobs (run_at) where status = 'scheduled';
create index if not exists deletion_jobs_shred_idx on tenure.deletion_jobs (shred_after, id)
    where archive_files_removed_at is null and (shred_after is not null or archive_shredded_at is not null);
create unique index if not exists deletion_jobs_one_open_a_tenant on tenure.deletion_jobs (tenant_id)
    where status in ('scheduled', 'awaiting_approval', 'pending', 'running', 'verifying', 'compensating', 'held');
create unique index if not exists deletion_jobs_one_open_a_user on tenure.deletion_jobs (user_id)
    where status in ('scheduled', 'awaiting_approval', 'pending', 'running', 'verifying', 'compensating', 'held');
