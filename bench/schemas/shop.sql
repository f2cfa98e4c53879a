-- A shop with several tenants: 250,000 rows each in four tables, half of them without a tenant column. Every key has an index.

create table customers (
    id         uuid primary key,
    tenant_id  uuid not null,
    full_name  varchar(200) not null,
    email      varchar(255) not null,
    created_at timestamptz not null,
    unique (tenant_id, email)
);

create table orders (
    id           uuid primary key,
    tenant_id    uuid not null,
    customer_id  uuid not null references customers (id),
    order_number varchar(20) not null,
    total_amount numeric(12,2) not null,
    ordered_at   timestamptz not null
);
create index orders_tenant_id_ordered_at_idx on orders (tenant_id, ordered_at);
create index orders_customer_id_idx on orders (customer_id);

create table order_items (
    id           uuid primary key,
    order_id     uuid not null references orders (id) on delete cascade,
    product_name varchar(200) not null,
    quantity     numeric(10,3) not null,
    unit_price   numeric(12,2) not null
);
create index order_items_order_id_idx on order_items (order_id);

create table order_status_history (
    order_id   uuid not null references orders (id) on delete cascade,
    position   integer not null,
    status     varchar(20) not null,
    changed_at timestamptz not null,
    primary key (order_id, position)
);
