-- Sales: every sale, its aggregates by period, and what the models expect next.

create table sales_records (
    id           uuid primary key default gen_random_uuid(),
    tenant_id    uuid not null,
    product_id   uuid not null,
    product_name varchar(200) not null,
    quantity     numeric(10,3) not null check (quantity > 0),
    unit_price   numeric(12,2) not null,
    discount     numeric(12,2) not null default 0,
    revenue      numeric(14,2) generated always as (round(quantity * unit_price - discount, 2)) stored,
    channel      varchar(20) not null check (channel in ('shop', 'online', 'wholesale', 'market')),
    created_by   uuid,
    sold_at      timestamptz not null
);
create index sales_records_tenant_id_sold_at_idx on sales_records (tenant_id, sold_at);
create index sales_records_tenant_id_product_id_idx on sales_records (tenant_id, product_id);

create table sales_aggregates (
    tenant_id    uuid not null,
    product_id   uuid not null,
    granularity  varchar(10) not null check (granularity in ('day', 'week', 'month')),
    period_start date not null,
    quantity     numeric(12,3) not null,
    revenue      numeric(14,2) not null,
    sale_count   integer not null,
    primary key (tenant_id, product_id, granularity, period_start)
);

create table sales_predictions (
    id            uuid primary key default gen_random_uuid(),
    tenant_id     uuid not null,
    product_id    uuid not null,
    predicted_for date not null,
    quantity      numeric(12,3) not null,
    confidence    double precision check (confidence between 0 and 1),
    model_version varchar(40),
    created_at    timestamptz not null default now()
);
create index sales_predictions_tenant_id_predicted_for_idx on sales_predictions (tenant_id, predicted_for);

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
