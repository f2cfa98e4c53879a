-- Orders: a bakery's customers and what they order.
-- Items, preferences and history carry no tenant; they belong to their parent's.

create type order_status as enum ('pending', 'confirmed', 'in_production', 'ready', 'delivered', 'cancelled');

create table customers (
    id             uuid primary key default gen_random_uuid(),
    tenant_id      uuid not null,
    full_name      varchar(200) not null,
    email          varchar(255) not null,
    phone          varchar(40),
    address        text,
    referred_by_id uuid references customers (id) on delete set null,
    loyalty_points integer not null default 0 check (loyalty_points >= 0),
    notes          text,
    created_at     timestamptz not null default now(),
    unique (tenant_id, email)
);
create index customers_referred_by_id_idx on customers (referred_by_id);

create table customer_preferences (
    customer_id uuid not null references customers (id) on delete cascade,
    preference  varchar(60) not null,
    value       jsonb not null,
    updated_at  timestamptz not null default now(),
    primary key (customer_id, preference)
);

create table orders (
    id               uuid primary key default gen_random_uuid(),
    tenant_id        uuid not null,
    customer_id      uuid not null references customers (id),
    order_number     varchar(20) not null,
    status           order_status not null default 'pending',
    total_amount     numeric(12,2) not null check (total_amount >= 0),
    delivery_address jsonb,
    notes            text,
    created_by       uuid,
    ordered_at       timestamptz not null default now(),
    due_at           timestamptz,
    unique (tenant_id, order_number)
);
create index orders_tenant_id_ordered_at_idx on orders (tenant_id, ordered_at);
create index orders_customer_id_idx on orders (customer_id);

create table order_items (
    id            uuid primary key default gen_random_uuid(),
    order_id      uuid not null references orders (id) on delete cascade,
    product_id    uuid not null,
    product_name  varchar(200) not null,
    quantity      numeric(10,3) not null check (quantity > 0),
    unit_price    numeric(12,2) not null,
    line_total    numeric(14,2) generated always as (round(quantity * unit_price, 2)) stored,
    customisation jsonb
);
create index order_items_order_id_idx on order_items (order_id);

create table order_status_history (
    order_id    uuid not null references orders (id) on delete cascade,
    position    integer not null,
    from_status order_status,
    to_status   order_status not null,
    changed_by  uuid,
    changed_at  timestamptz not null default now(),
    primary key (order_id, position)
);

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
