create table suppliers (
    id         bigint generated always as identity primary key,
    name       text not null unique,
    address_id bigint references addresses (id),
    email      email_address
);
create index suppliers_address_id_idx on suppliers (address_id);

create table supplier_parts (
    supplier_id bigint not null references suppliers (id) on delete cascade,
    part_id     bigint not null references parts (id),
    their_sku   text not null,
    price       numeric(12,2) not null,
    lead_days   integer not null default 7,
    primary key (supplier_id, part_id)
);
create index supplier_parts_part_id_idx on supplier_parts (part_id);

create table purchase_orders (
    id           bigint generated always as identity primary key,
    number       text not null unique,
    supplier_id  bigint not null references suppliers (id),
    warehouse_id bigint not null references warehouses (id),
    ordered_on   date not null default current_date,
    received_on  date
);
create index purchase_orders_supplier_id_idx on purchase_orders (supplier_id);
create index purchase_orders_warehouse_id_idx on purchase_orders (warehouse_id);

create table purchase_order_lines (
    purchase_order_id bigint not null references purchase_orders (id) on delete cascade,
    part_id           bigint not null references parts (id),
    quantity          numeric(12,3) not null check (quantity > 0),
    price             numeric(12,2) not null,
    primary key (purchase_order_id, part_id)
);
create index purchase_order_lines_part_id_idx on purchase_order_lines (part_id);
