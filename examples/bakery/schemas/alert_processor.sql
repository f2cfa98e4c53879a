-- Alerts: rules, the alerts they raised, how each went on, and what people did about it.

create type alert_severity as enum ('info', 'warning', 'critical');

create table alert_rules (
    id         uuid primary key default gen_random_uuid(),
    tenant_id  uuid not null,
    name       varchar(200) not null,
    condition  jsonb not null,
    severity   alert_severity not null,
    is_enabled boolean not null default true,
    created_by uuid,
    created_at timestamptz not null default now()
);
create index alert_rules_tenant_id_idx on alert_rules (tenant_id);

create table alerts (
    id          uuid primary key default gen_random_uuid(),
    tenant_id   uuid not null,
    rule_id     uuid references alert_rules (id) on delete set null,
    severity    alert_severity not null,
    title       varchar(200) not null,
    message     text,
    context     jsonb,
    raised_at   timestamptz not null default now(),
    resolved_at timestamptz,
    check (resolved_at >= raised_at)
);
create index alerts_tenant_id_raised_at_idx on alerts (tenant_id, raised_at);
create index alerts_rule_id_idx on alerts (rule_id);

create table alert_history (
    alert_id   uuid not null references alerts (id) on delete cascade,
    position   integer not null,
    status     varchar(20) not null check (status in ('raised', 'acknowledged', 'escalated', 'resolved')),
    note       text,
    changed_at timestamptz not null default now(),
    primary key (alert_id, position)
);

create table alert_interactions (
    id         uuid primary key default gen_random_uuid(),
    tenant_id  uuid not null,
    alert_id   uuid not null references alerts (id) on delete cascade,
    user_id    uuid,
    kind       varchar(20) not null check (kind in ('viewed', 'acknowledged', 'snoozed', 'commented')),
    comment    text,
    created_at timestamptz not null default now()
);
create index alert_interactions_tenant_id_created_at_idx on alert_interactions (tenant_id, created_at);
create index alert_interactions_alert_id_idx on alert_interactions (alert_id);

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
