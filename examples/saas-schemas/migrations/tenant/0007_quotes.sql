create table quotes (
    id            bigint generated always as identity primary key,
    number        text not null unique,
    customer_id   bigint not null references customers (id),
    work_order_id bigint references work_orders (id) on delete set null,
    valid_until   date not null,
    accepted_at   timestamptz,
    rejected_at   timestamptz,
    check (num_nonnulls(accepted_at, rejected_at) <= 1)
);
create index quotes_customer_id_idx on quotes (customer_id);
create index quotes_work_order_id_idx on quotes (work_order_id);

create table quote_lines (
    quote_id    bigint not null references quotes (id) on delete cascade,
    position    integer not null,
    description text not null,
    quantity    numeric(12,3) not null,
    unit_price  numeric(12,2) not null,
    primary key (quote_id, position)
);
