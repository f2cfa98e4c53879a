-- no parameters; a script, safe to run again and from several processes at once
select pg_advisory_xact_lock(hashtext('tenure.create_schema'));

create schema if not exists tenure;

-- Every schema that migrations are applied to: the one all tenants share, the reference that new ones are made like,
-- and each tenant's; where a tenant has a database of its own, name is that of the database. `history` identifies
-- exactly which migrations have been applied, so that one comparison tells whether a schema is behind.
create table if not exists tenure.schemas (
    id          bigint generated always as identity primary key,
    kind        varchar(20) not null,
    name        text not null unique,
    state       varchar(20) not null default 'live',
    tenant_id   uuid unique,
    tenant_name text,
    version     integer not null default 0,
    history     text not null default '',
    created_at  timestamptz not null default now(),
    migrated_at timestamptz,
    constraint schemas_kind check (kind in ('shared', 'reference', 'super', 'tenant', 'ready')),
    constraint schemas_state check (state in ('making', 'live', 'dropping')),
    constraint schemas_of_tenants check ((tenant_id is not null) = (kind in ('super', 'tenant'))),
    constraint schemas_history check (version >= 0 and (history = '') = (version = 0))
);
create unique index if not exists schemas_one_of_a_kind on tenure.schemas (kind)
    where kind in ('shared', 'reference', 'super');

create table if not exists tenure.migration_runs (
    id          bigint generated always as identity primary key,
    owner       text not null,
    started_at  timestamptz not null default clock_timestamp(),
    finished_at timestamptz,
    outcome     varchar(20) not null default 'running',
    applied     integer not null default 0,
    failed      integer not null default 0,
    rolled_back integer not null default 0,
    constraint migration_runs_outcome check (outcome in ('running', 'completed', 'failed', 'rolled_back', 'abandoned')),
    constraint migration_runs_end check ((finished_at is null) = (outcome = 'running'))
);
-- How many schemas it began with, to which versions it brings them (null: that scope was up to date), and its first
-- failure. Added to what earlier versions made.
alter table tenure.migration_runs
    add column if not exists behind integer,
    add column if not exists shared_version integer,
    add column if not exists tenant_version integer,
    add column if not exists cause text;

-- How each migration came to a schema. One that runs outside a transaction is `running` until its last statement.
create table if not exists tenure.schema_migrations (
    schema_id       bigint not null references tenure.schemas (id) on delete cascade,
    number          integer not null check (number > 0),
    name            text not null,
    checksum        text not null,
    how             varchar(20) not null,
    state           varchar(20) not null default 'done',
    statements_done integer not null default 0,
    run_id          bigint references tenure.migration_runs (id) on delete set null,
    applied_at      timestamptz not null default clock_timestamp(),
    primary key (schema_id, number),
    constraint schema_migrations_how check (how in ('applied', 'recorded', 'faked')),
    constraint schema_migrations_state check (state in ('running', 'done'))
);
create index if not exists schema_migrations_run_id_idx on tenure.schema_migrations (run_id);

-- At most one run at a time. The holder is known dead when its session is gone, or when the lease has run out.
create table if not exists tenure.migration_lease (
    only_row      boolean primary key default true check (only_row),
    epoch         bigint not null,
    owner         text,
    backend_pid   integer,
    backend_start timestamptz,
    since         timestamptz,
    lease_until   timestamptz,
    constraint migration_lease_is_whole check (num_nonnulls(owner, backend_pid, since, lease_until) in (0, 4))
);
