-- Inventory: products, the stock of each, and the purchase orders that refill it.

create table products (
    id         uuid primary key default gen_random_uuid(),
    tenant_id  uuid not null,
    sku        varchar(40) not null,
    name       varchar(200) not null,
    category   varchar(60),
    unit       varchar(10) not null check (unit in ('g', 'kg', 'ml', 'l', 'piece')),
    unit_cost  numeric(12,2) not null,
    allergens  text[] not null default '{}',
    is_active  boolean not null default true,
    created_at timestamptz not null default now(),
    unique (tenant_id, sku)
);

create table stock_items (
    id            uuid primary key default gen_random_uuid(),
    tenant_id     uuid not null,
    product_id    uuid not null references products (id),
    location      varchar(100) not null,
    quantity      numeric(12,3) not null,
    reserved      numeric(12,3) not null default 0,
    available     numeric(12,3) generated always as (quantity - reserved) stored,
    reorder_level numeric(12,3),
    expires_on    date,
    updated_at    timestamptz not null default now()
);
create index stock_items_tenant_id_product_id_idx on stock_items (tenant_id, product_id);
create index stock_items_product_id_idx on stock_items (product_id);

create table purchase_orders (
    id           uuid primary key default gen_random_uuid(),
    tenant_id    uuid not null,
    supplier_id  uuid,
    number       varchar(20) not null,
    status       varchar(20) not null check (status in ('draft', 'sent', 'received', 'cancelled')),
    total_amount numeric(12,2) not null,
    created_by   uuid,
    ordered_at   timestamptz not null default now(),
    expected_on  date,
    unique (tenant_id, number)
);

create table purchase_order_items (
    id                uuid primary key default gen_random_uuid(),
    purchase_order_id uuid not null references purchase_orders (id) on delete cascade,
    product_id        uuid not null references products (id),
    quantity          numeric(12,3) not null check (quantity > 0),
    received_quantity numeric(12,3) not null default 0,
    unit_cost         numeric(12,2) not null
);
create index purchase_order_items_purchase_order_id_idx on purchase_order_items (purchase_order_id);
create index purchase_order_items_product_id_idx on purchase_order_items (product_id);

create table stock_movements (
    id                bigint generated always as identity primary key,
    tenant_id         uuid not null,
    stock_item_id     uuid not null references stock_items (id) on delete cascade,
    purchase_order_id uuid references purchase_orders (id) on delete set null,
    kind              varchar(20) not null check (kind in ('receipt', 'usage', 'waste', 'adjustment', 'transfer')),
    quantity          numeric(12,3) not null,
    reason            text,
    performed_by      uuid,
    moved_at          timestamptz not null default now()
);
create index stock_movements_tenant_id_moved_at_idx on stock_movements (tenant_id, moved_at);
create index stock_movements_stock_item_id_idx on stock_movements (stock_item_id);
create index stock_movements_purchase_order_id_idx on stock_movements (purchase_order_id);

create table stock_alerts (
    id            uuid primary key default gen_random_uuid(),
    tenant_id     uuid not null,
    stock_item_id uuid not null references stock_items (id) on delete cascade,
    kind          varchar(20) not null check (kind in ('low', 'out', 'expiring', 'expired')),
    threshold     numeric(12,3),
    raised_at     timestamptz not null default now(),
    resolved_at   timestamptz,
    check (resolved_at >= raised_at)
);
create index stock_alerts_tenant_id_raised_at_idx on stock_alerts (tenant_id, raised_at);
create index stock_alerts_stock_item_id_idx on stock_alerts (stock_item_id);

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
