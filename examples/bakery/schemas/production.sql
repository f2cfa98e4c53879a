-- Production: the plan of each day and the runs made from it, with what they used, their steps and checks.

create type run_status as enum ('planned', 'running', 'done', 'failed');

create table production_schedules (
    id           uuid primary key default gen_random_uuid(),
    tenant_id    uuid not null,
    scheduled_on date not null,
    shift        varchar(10) not null check (shift in ('night', 'morning', 'evening')),
    is_published boolean not null default false,
    notes        text,
    created_by   uuid,
    created_at   timestamptz not null default now()
);
create index production_schedules_tenant_id_scheduled_on_idx on production_schedules (tenant_id, scheduled_on);

create table production_runs (
    id               uuid primary key default gen_random_uuid(),
    tenant_id        uuid not null,
    schedule_id      uuid references production_schedules (id) on delete set null,
    recipe_id        uuid not null,
    recipe_name      varchar(200) not null,
    batch_number     varchar(20) not null,
    status           run_status not null default 'planned',
    planned_quantity numeric(10,3) not null,
    actual_quantity  numeric(10,3),
    started_at       timestamptz,
    finished_at      timestamptz,
    duration         interval generated always as (finished_at - started_at) stored,
    created_by       uuid,
    unique (tenant_id, batch_number),
    check (finished_at >= started_at)
);
create index production_runs_schedule_id_idx on production_runs (schedule_id);

create table run_ingredients (
    id               uuid primary key default gen_random_uuid(),
    run_id           uuid not null references production_runs (id) on delete cascade,
    product_id       uuid,
    name             varchar(200) not null,
    planned_quantity numeric(10,3) not null,
    used_quantity    numeric(10,3),
    lot_number       varchar(40)
);
create index run_ingredients_run_id_idx on run_ingredients (run_id);

create table run_steps (
    run_id      uuid not null references production_runs (id) on delete cascade,
    step_number integer not null,
    instruction text not null,
    started_at  timestamptz,
    finished_at timestamptz,
    primary key (run_id, step_number)
);

create table quality_checks (
    id           uuid primary key default gen_random_uuid(),
    tenant_id    uuid not null,
    run_id       uuid not null references production_runs (id),
    kind         varchar(20) not null check (kind in ('weight', 'temperature', 'colour', 'texture', 'taste')),
    score        smallint not null check (score between 0 and 100),
    passed       boolean generated always as (score >= 60) stored,
    measurements jsonb,
    inspected_by uuid,
    checked_at   timestamptz not null default now()
);
create index quality_checks_tenant_id_checked_at_idx on quality_checks (tenant_id, checked_at);
create index quality_checks_run_id_idx on quality_checks (run_id);

-- What was done and by whom. Points at rows of any table without a key, so that it outlives them.
create table audit_logs (
    id           uuid primary key default gen_random_uuid(),
    entry_number bigint generated always as identity,
    tenant_id    uuid not null,
    user_id      uuid,
    action       varchar(60) not null,
    entity_type  varchar(60) not null,
    entity_id    uuid,
    details      jsonb,
    ip_address   inet,
    created_at   timestamptz not null default now()
);
create index audit_logs_tenant_id_created_at_idx on audit_logs (tenant_id, created_at);
create index audit_logs_user_id_idx on audit_logs (user_id);
