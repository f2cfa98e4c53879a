-- Suppliers: who a bakery buys from, under which contract, what it ordered and what it paid.

create table suppliers (
    id           uuid primary key default gen_random_uuid(),
    tenant_id    uuid not null,
    name         varchar(200) not null,
    contact_name varchar(200),
    email        varchar(255),
    phone        varchar(40),
    address      jsonb,
    vat_number   varchar(20),
    rating       numeric(2,1) check (rating between 0 and 5),
    is_active    boolean not null default true,
    created_at   timestamptz not null default now()
);
create index suppliers_tenant_id_name_idx on suppliers (tenant_id, name);

create table contracts (
    id          uuid primary key default gen_random_uuid(),
    tenant_id   uuid not null,
    supplier_id uuid not null references suppliers (id) on delete cascade,
    number      varchar(20) not null,
    terms       text,
    signed_by   uuid,
    starts_on   date not null,
    ends_on     date,
    unique (tenant_id, number),
    check (ends_on >= starts_on)
);
create index contracts_supplier_id_idx on contracts (supplier_id);

create table supplier_orders (
    id           uuid primary key default gen_random_uuid(),
    tenant_id    uuid not null,
    supplier_id  uuid not null references suppliers (id),
    contract_id  uuid references contracts (id) on delete set null,
    number       varchar(20) not null,
    status       varchar(20) not null check (status in ('draft', 'sent', 'confirmed', 'delivered', 'cancelled')),
    total_amount numeric(12,2) not null,
    created_by   uuid,
    ordered_at   timestamptz not null default now(),
    unique (tenant_id, number)
);
create index supplier_orders_supplier_id_idx on supplier_orders (supplier_id);
create index supplier_orders_contract_id_idx on supplier_orders (contract_id);

create table supplier_order_items (
    id                uuid primary key default gen_random_uuid(),
    supplier_order_id uuid not null references supplier_orders (id) on delete cascade,
    name              varchar(200) not null,
    quantity          numeric(12,3) not null check (quantity > 0),
    unit_cost         numeric(12,2) not null,
    line_cost         numeric(14,2) generated always as (round(quantity * unit_cost, 2)) stored
);
create index supplier_order_items_supplier_order_id_idx on supplier_order_items (supplier_order_id);

create table payments (
    id                uuid primary key default gen_random_uuid(),
    tenant_id         uuid not null,
    supplier_id       uuid not null references suppliers (id),
    supplier_order_id uuid references supplier_orders (id) on delete set null,
    amount            numeric(12,2) not null check (amount > 0),
    currency          char(3) not null default 'EUR',
    method            varchar(20) not null check (method in ('transfer', 'card', 'direct_debit', 'cash')),
    reference         varchar(60),
    approved_by       uuid,
    paid_at           timestamptz not null
);
create index payments_tenant_id_paid_at_idx on payments (tenant_id, paid_at);
create index payments_supplier_id_idx on payments (supplier_id);
create index payments_supplier_order_id_idx on payments (supplier_order_id);

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
