-- Point of sale: tills, their sessions and receipts, and the traffic with each till's provider.

create table pos_configurations (
    id             uuid primary key default gen_random_uuid(),
    tenant_id      uuid not null,
    provider       varchar(20) not null check (provider in ('square', 'toast', 'lightspeed', 'sumup')),
    location_name  varchar(200) not null,
    settings       jsonb not null default '{}',
    webhook_secret bytea,
    is_active      boolean not null default true,
    created_at     timestamptz not null default now()
);
create index pos_configurations_tenant_id_idx on pos_configurations (tenant_id);

create table pos_sessions (
    id               uuid primary key default gen_random_uuid(),
    tenant_id        uuid not null,
    configuration_id uuid not null references pos_configurations (id),
    opened_by        uuid,
    opening_float    numeric(12,2) not null default 0,
    closing_float    numeric(12,2),
    opened_at        timestamptz not null,
    closed_at        timestamptz,
    check (closed_at >= opened_at)
);
create index pos_sessions_tenant_id_opened_at_idx on pos_sessions (tenant_id, opened_at);
create index pos_sessions_configuration_id_idx on pos_sessions (configuration_id);

create table pos_transactions (
    id             uuid primary key default gen_random_uuid(),
    tenant_id      uuid not null,
    session_id     uuid not null references pos_sessions (id) on delete cascade,
    refund_of_id   uuid references pos_transactions (id) on delete set null,
    receipt_number varchar(20) not null,
    net_amount     numeric(12,2) not null,
    tax_amount     numeric(12,2) not null,
    total_amount   numeric(12,2) generated always as (net_amount + tax_amount) stored,
    payment_method varchar(10) not null check (payment_method in ('cash', 'card', 'mobile', 'voucher')),
    created_by     uuid,
    sold_at        timestamptz not null,
    unique (tenant_id, receipt_number)
);
create index pos_transactions_tenant_id_sold_at_idx on pos_transactions (tenant_id, sold_at);
create index pos_transactions_session_id_idx on pos_transactions (session_id);
create index pos_transactions_refund_of_id_idx on pos_transactions (refund_of_id);

create table pos_transaction_items (
    id             uuid primary key default gen_random_uuid(),
    transaction_id uuid not null references pos_transactions (id) on delete cascade,
    product_id     uuid,
    product_name   varchar(200) not null,
    quantity       numeric(10,3) not null,
    unit_price     numeric(12,2) not null,
    tax_rate       numeric(4,2) not null default 10
);
create index pos_transaction_items_transaction_id_idx on pos_transaction_items (transaction_id);

create table pos_webhooks (
    id               uuid primary key default gen_random_uuid(),
    tenant_id        uuid not null,
    configuration_id uuid not null references pos_configurations (id) on delete cascade,
    event            varchar(60) not null,
    payload          jsonb not null,
    attempts         smallint not null default 0,
    received_at      timestamptz not null default now(),
    processed_at     timestamptz
);
create index pos_webhooks_tenant_id_received_at_idx on pos_webhooks (tenant_id, received_at);
create index pos_webhooks_configuration_id_idx on pos_webhooks (configuration_id);

create table pos_sync_logs (
    id               bigint generated always as identity primary key,
    tenant_id        uuid not null,
    configuration_id uuid references pos_configurations (id) on delete set null,
    direction        varchar(10) not null check (direction in ('pull', 'push')),
    record_count     integer not null default 0,
    error            text,
    started_at       timestamptz not null,
    finished_at      timestamptz
);
create index pos_sync_logs_tenant_id_started_at_idx on pos_sync_logs (tenant_id, started_at);
create index pos_sync_logs_configuration_id_idx on pos_sync_logs (configuration_id);

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
