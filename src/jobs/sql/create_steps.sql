-- no parameters; a script, safe to run again and from several processes at once
select pg_advisory_xact_lock(hashtext('tenure.create_schema'));

create table if not exists tenure.deletion_steps (
    job_id         uuid not null references tenure.deletion_jobs (id) on delete cascade,
    service        varchar(255) not null,
    position       integer not null,
    state          varchar(50) not null default 'pending',
    round          integer not null default 1,
    attempts       integer not null default 0,
    failures       integer not null default 0 constraint deletion_steps_failures check (failures >= 0),
    deleted_counts jsonb not null default '{}',
    changed_counts jsonb not null default '{}',
    total          bigint not null default 0,
    errors         text[] not null default '{}',
    duration_ms    bigint not null default 0,
    started_at     timestamptz,
    completed_at   timestamptz,
    verified_at    timestamptz,
    verification   jsonb constraint deletion_steps_verified_at_a_time
                       check ((verification is null) = (verified_at is null)),
    primary key (job_id, service)
);

do $$
begin
    if not exists (
        select from pg_constraint
        where conrelid = 'tenure.deletion_steps'::regclass and conname = 'deletion_steps_failures'
    ) then
        alter table tenure.deletion_steps
            add column failures integer not null default 0 constraint deletion_steps_failures check (failures >= 0);
    end if;
    if not exists (
        select from pg_constraint
        where conrelid = 'tenure.deletion_steps'::regclass and conname = 'deletion_steps_verified_at_a_time'
    ) then
        alter table tenure.deletion_steps
            add column verified_at timestamptz,
            add column verification jsonb constraint deletion_steps_verified_at_a_time
                check ((verification is null) = (verified_at is null));
    end if;
end
$$;

-- As for jobs: a table of an earlier version gets these once, and the last one tells.
do $$
begin
    if exists (
        select from pg_constraint
        where conrelid = 'tenure.deletion_steps'::regclass and conname = 'deletion_steps_errors_where_they_belong'
    ) then
        return;
    end if;

    alter table tenure.deletion_steps
        drop constraint if exists deletion_steps_state,
        drop constraint if exists deletion_steps_started_unless_pending,
        drop constraint if exists deletion_steps_completed_at_the_end,
        drop constraint if exists deletion_steps_errors_when_not_done,
        drop constraint if exists deletion_steps_counts,
        add constraint deletion_steps_state
            check (state in ('pending', 'running', 'done', 'failed', 'unknown', 'compensated', 'skipped')),
        add constraint deletion_steps_started_unless_pending
            check (state = 'skipped' or (started_at is null) = (state = 'pending')),
        add constraint deletion_steps_completed_at_the_end
            check ((completed_at is not null) = (state not in ('pending', 'running'))),
        add constraint deletion_steps_counts
            check (round >= 1 and attempts >= 0 and total >= 0 and duration_ms >= 0),
        -- Those of a step that is done say why it could not be taken back; of one that runs, why it is tried again.
        add constraint deletion_steps_errors_where_they_belong
            check (state in ('done', 'running') or (cardinality(errors) > 0) = (state in ('failed', 'unknown')));
end
$$;

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
