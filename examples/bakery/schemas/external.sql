-- External data: what is fetched from outside. The weather and the traffic of a city are shared by all tenants.

create table city_weather (
    city                varchar(100) not null,
    observed_on         date not null,
    temperature_celsius numeric(4,1) not null,
    precipitation_mm    numeric(5,1) not null default 0,
    description         varchar(60),
    primary key (city, observed_on)
);

create table city_traffic (
    city          varchar(100) not null,
    observed_at   timestamptz not null,
    congestion    smallint not null check (congestion between 0 and 100),
    average_speed numeric(4,1),
    primary key (city, observed_at)
);

create table external_data_cache (
    id         uuid primary key default gen_random_uuid(),
    tenant_id  uuid not null,
    source     varchar(60) not null,
    cache_key  varchar(200) not null,
    payload    jsonb not null,
    fetched_at timestamptz not null default now(),
    expires_at timestamptz,
    unique (tenant_id, source, cache_key)
);

create table api_key_usage (
    id              uuid primary key default gen_random_uuid(),
    tenant_id       uuid not null,
    provider        varchar(60) not null,
    key_fingerprint varchar(64) not null,
    used_by         uuid,
    used_on         date not null,
    request_count   integer not null default 0,
    cost            numeric(12,2)
);
create index api_key_usage_tenant_id_used_on_idx on api_key_usage (tenant_id, used_on);

create table tenant_weather_data (
    id                  uuid primary key default gen_random_uuid(),
    tenant_id           uuid not null,
    city                varchar(100) not null,
    observed_at         timestamptz not null,
    temperature_celsius numeric(4,1) not null,
    sales_impact        double precision
);
create index tenant_weather_data_tenant_id_observed_at_idx on tenant_weather_data (tenant_id, observed_at);

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
