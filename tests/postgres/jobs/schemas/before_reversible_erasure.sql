-- no parameters; a script, safe to run again and from several processes at once
select pg_advisory_xact_lock(hashtext('tenure.create_schema'));

create schema if not exists tenure;

-- A control database of a version that only knew tenants.
do $$
begin
    if to_regclass('tenure.deletion_jobs') is not null and not exists (
        select from pg_attribute
        where attrelid = to_regclass('tenure.deletion_jobs') and attname = 'user_id' and not attisdropped
    ) then
        alter table tenure.deletion_jobs
            add column user_id uuid,
            alter column tenant_id drop not null,
            add constraint deletion_jobs_one_subject check (num_nonnulls(tenant_id, user_id) = 1);
    end if;
end
$$;

create table if not exists tenure.deletion_jobs (
    id                  uuid primary key default gen_random_uuid(),
    tenant_id           uuid,
    tenant_name         varchar(255),
    initiated_by        uuid,
    status              varchar(50) not null default 'pending',
    service_results     jsonb not null default '{}',
    total_items_deleted bigint not null default 0,
    started_at          timestamptz,
    completed_at        timestamptz,
    error_log           text[] not null default '{}',
    created_at          timestamptz not null default now(),
    lease_owner         text,
    lease_epoch         bigint not null default 0,
    lease_until         timestamptz,
    attempts            integer not null default 0,
    user_id             uuid,
    -- The deletion of a tenant always has its id, and that of a user always the user's; never both.
    constraint deletion_jobs_one_subject
        check (num_nonnulls(tenant_id, user_id) = 1),
    constraint deletion_jobs_status
        check (status in ('pending', 'running', 'verifying', 'completed', 'failed')),
    constraint deletion_jobs_started_unless_pending
        check ((started_at is null) = (status = 'pending')),
    constraint deletion_jobs_completed_at_the_end
        check ((completed_at is not null) = (status in ('completed', 'failed'))),
    constraint deletion_jobs_failed_for_a_reason
        check (status <> 'failed' or cardinality(error_log) > 0),
    constraint deletion_jobs_lease_is_whole
        check ((lease_owner is null) = (lease_until is null)),
    constraint deletion_jobs_leased_while_running
        check (lease_owner is null or status in ('running', 'verifying')),
    constraint deletion_jobs_epoch_unless_pending
        check (status = 'pending' or lease_epoch > 0),
    constraint deletion_jobs_counts
        check (total_items_deleted >= 0 and lease_epoch >= 0 and attempts >= 0)
);
create index if not exists deletion_jobs_tenant_id_idx on tenure.deletion_jobs (tenant_id);
create index if not exists deletion_jobs_user_id_idx on tenure.deletion_jobs (user_id) where user_id is not null;
create index if not exists deletion_jobs_status_idx on tenure.deletion_jobs (status);
create index if not exists deletion_jobs_initiated_by_idx on tenure.deletion_jobs (initiated_by);
create index if not exists deletion_jobs_newest_idx on tenure.deletion_jobs (created_at desc, id desc);
create index if not exists deletion_jobs_claim_idx on tenure.deletion_jobs (created_at, id)
    where status in ('pending', 'running', 'verifying');
create unique index if not exists deletion_jobs_one_active_a_tenant on tenure.deletion_jobs (tenant_id)
    where status in ('pending', 'running', 'verifying');
create unique index if not exists deletion_jobs_one_active_a_user on tenure.deletion_jobs (user_id)
    where status in ('pending', 'running', 'verifying');

create table if not exists tenure.deletion_steps (
    job_id         uuid not null references tenure.deletion_jobs (id) on delete cascade,
    service        varchar(255) not null,
    position       integer not null,
    state          varchar(50) not null default 'pending',
    round          integer not null default 1,
    attempts       integer not null default 0,
    deleted_counts jsonb not null default '{}',
    changed_counts jsonb not null default '{}',
    total          bigint not null default 0,
    errors         text[] not null default '{}',
    duration_ms    bigint not null default 0,
    started_at     timestamptz,
    completed_at   timestamptz,
    primary key (job_id, service),
    constraint deletion_steps_state
        check (state in ('pending', 'running', 'done', 'failed', 'unknown')),
    constraint deletion_steps_started_unless_pending
        check ((started_at is null) = (state = 'pending')),
    constraint deletion_steps_completed_at_the_end
        check ((completed_at is not null) = (state in ('done', 'failed', 'unknown'))),
    constraint deletion_steps_errors_when_not_done
        check ((cardinality(errors) > 0) = (state in ('failed', 'unknown'))),
    constraint deletion_steps_counts
        check (round >= 1 and attempts >= 0 and total >= 0 and duration_ms >= 0)
);

-- What became of each tenant that a deleted user owned: handed over to new_owner_id, or deleted by deletion_job_id.
create table if not exists tenure.deletion_owned_tenants (
    job_id          uuid not null references tenure.deletion_jobs (id) on delete cascade,
    tenant_id       uuid not null,
    new_owner_id    uuid,
    deletion_job_id uuid,
    state           varchar(50) not null default 'pending',
    errors          text[] not null default '{}',
    created_at      timestamptz not null default clock_timestamp(),
    primary key (job_id, tenant_id),
    constraint deletion_owned_tenants_state
        check (state in ('pending', 'done', 'failed')),
    constraint deletion_owned_tenants_one_way
        check (num_nonnulls(new_owner_id, deletion_job_id) = 1),
    constraint deletion_owned_tenants_errors_when_failed
        check ((cardinality(errors) > 0) = (state = 'failed'))
);
