create table work_order_parts (
    id            bigint generated always as identity primary key,
    work_order_id bigint not null references work_orders (id) on delete cascade,
    part_id       bigint not null references parts (id),
    warehouse_id  bigint references warehouses (id),
    quantity      numeric(12,3) not null check (quantity > 0),
    unit_price    numeric(12,2) not null
);
create index work_order_parts_work_order_id_idx on work_order_parts (work_order_id);
create index work_order_parts_part_id_idx on work_order_parts (part_id);
create index work_order_parts_warehouse_id_idx on work_order_parts (warehouse_id);
