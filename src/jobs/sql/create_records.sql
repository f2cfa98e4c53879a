-- no parameters; a script, safe to run again and from several processes at once
select pg_advisory_xact_lock(hashtext('tenure.create_schema'));

-- Every change of a job's state: one row each, written in the transaction of the change and never touched again.
create table if not exists tenure.job_transitions (
    job_id      uuid not null references tenure.deletion_jobs (id),
    number      integer not null,
    from_status varchar(50),
    to_status   varchar(50) not null,
    epoch       bigint not null,
    actor_kind  varchar(20) not null,
    actor_id    text,
    reason      varchar(64) not null,
    at          timestamptz not null default clock_timestamp(),
    primary key (job_id, number),
    constraint job_transitions_number
        check (number > 0),
    constraint job_transitions_somewhere
        check (from_status is distinct from to_status),
    constraint job_transitions_actor
        check (actor_kind in ('user', 'service', 'command', 'worker', 'system')),
    constraint job_transitions_actor_is_somebody
        check ((actor_kind in ('user', 'service', 'worker')) = (actor_id is not null)),
    constraint job_transitions_reason
        check (reason ~ '^[a-z][a-z0-9_]*$')
);

create or replace function tenure.refuse_to_change_history() returns trigger
language plpgsql as $$
begin
    raise exception 'what has happened to a job is not changed';
end
$$;
create or replace trigger job_transitions_are_kept
    before update or delete on tenure.job_transitions
    for each row execute function tenure.refuse_to_change_history();
create or replace trigger job_transitions_are_all_kept
    before truncate on tenure.job_transitions
    for each statement execute function tenure.refuse_to_change_history();

-- While one stands, nothing of the tenant is deleted.
create table if not exists tenure.legal_holds (
    number      bigint primary key generated always as identity,
    tenant_id   uuid not null,
    reason      text not null,
    placed_by   text not null,
    placed_at   timestamptz not null default clock_timestamp(),
    released_by text,
    released_at timestamptz,
    constraint legal_holds_for_a_reason
        check (reason <> ''),
    constraint legal_holds_released_by_somebody
        check ((released_by is null) = (released_at is null))
);
create unique index if not exists legal_holds_one_open_a_tenant on tenure.legal_holds (tenant_id)
    where released_at is null;
create index if not exists legal_holds_newest_idx on tenure.legal_holds (number desc);

-- A second person's consent to a job whose plan and counts had this digest.
create table if not exists tenure.approvals (
    number    bigint primary key generated always as identity,
    job_id    uuid not null references tenure.deletion_jobs (id),
    approver  uuid not null,
    digest    text not null,
    given_at  timestamptz not null default clock_timestamp(),
    lapsed_at timestamptz,
    constraint approvals_of_something
        check (digest <> '')
);
create index if not exists approvals_job_id_idx on tenure.approvals (job_id);
create unique index if not exists approvals_one_standing_a_job on tenure.approvals (job_id) where lapsed_at is null;

-- That everything which the services of a job have prepared under this epoch is to be committed. Without it everything
-- that is prepared is to be rolled back.
create table if not exists tenure.commit_decisions (
    job_id     uuid primary key references tenure.deletion_jobs (id),
    epoch      bigint not null,
    services   text[] not null,
    decided_at timestamptz not null default clock_timestamp()
);
