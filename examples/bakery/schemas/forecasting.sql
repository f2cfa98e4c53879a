-- Forecasting: batches of forecasts, their cache, and how good they turned out to be.

create table prediction_batches (
    id           uuid primary key default gen_random_uuid(),
    tenant_id    uuid not null,
    status       varchar(20) not null check (status in ('queued', 'running', 'done', 'failed')),
    horizon_days integer not null check (horizon_days > 0),
    requested_by uuid,
    requested_at timestamptz not null default now(),
    finished_at  timestamptz,
    unique (tenant_id, id)
);

-- The two-column key keeps a forecast in its batch's tenant.
create table forecasts (
    id           uuid primary key default gen_random_uuid(),
    tenant_id    uuid not null,
    batch_id     uuid not null,
    product_id   uuid not null,
    product_name varchar(200) not null,
    forecast_for date not null,
    quantity     numeric(12,3) not null,
    lower_bound  numeric(12,3),
    upper_bound  numeric(12,3),
    features     jsonb,
    created_by   uuid,
    created_at   timestamptz not null default now(),
    foreign key (tenant_id, batch_id) references prediction_batches (tenant_id, id) on delete cascade
);
create index forecasts_tenant_id_batch_id_idx on forecasts (tenant_id, batch_id);
create index forecasts_tenant_id_forecast_for_idx on forecasts (tenant_id, forecast_for);

create table prediction_cache (
    id          uuid primary key default gen_random_uuid(),
    tenant_id   uuid not null,
    forecast_id uuid references forecasts (id) on delete set null,
    cache_key   varchar(200) not null,
    payload     jsonb not null,
    hits        integer not null default 0,
    expires_at  timestamptz not null,
    unique (tenant_id, cache_key)
);
create index prediction_cache_forecast_id_idx on prediction_cache (forecast_id);

create table forecast_metrics (
    id          uuid primary key default gen_random_uuid(),
    tenant_id   uuid not null,
    forecast_id uuid not null references forecasts (id) on delete cascade,
    metric      varchar(20) not null check (metric in ('mae', 'mape', 'rmse', 'bias')),
    value       double precision not null,
    measured_at timestamptz not null default now()
);
create index forecast_metrics_tenant_id_measured_at_idx on forecast_metrics (tenant_id, measured_at);
create index forecast_metrics_forecast_id_idx on forecast_metrics (forecast_id);

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
