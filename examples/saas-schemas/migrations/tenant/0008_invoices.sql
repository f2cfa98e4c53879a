create table tax_rates (
    code       text primary key,
    percent    numeric(5,2) not null check (percent between 0 and 100),
    valid_from date not null default '2000-01-01'
);
create table invoices (
    id            bigint generated always as identity primary key,
    number        text unique,
    customer_id   bigint not null references customers (id),
    work_order_id bigint references work_orders (id),
    currency      char(3) not null references public.currencies (code),
    issued_on     date,
    due_on        date,
    total         numeric(14,2) not null default 0,
    paid          numeric(14,2) not null default 0,
    check (due_on >= issued_on)
);
create index invoices_customer_id_idx on invoices (customer_id);
create index invoices_work_order_id_idx on invoices (work_order_id);
create index invoices_unpaid_idx on invoices (due_on) where paid < total;

create table invoice_lines (
    invoice_id  bigint not null references invoices (id) on delete cascade,
    position    integer not null,
    description text not null,
    quantity    numeric(12,3) not null,
    unit_price  numeric(12,2) not null,
    tax_code    text not null references tax_rates (code),
    primary key (invoice_id, position)
);
create index invoice_lines_tax_code_idx on invoice_lines (tax_code);
