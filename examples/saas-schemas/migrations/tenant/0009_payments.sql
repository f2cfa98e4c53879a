create table payments (
    id          bigint generated always as identity primary key,
    customer_id bigint not null references customers (id),
    received_on date not null,
    amount      numeric(14,2) not null check (amount > 0),
    method      text not null,
    reference   text
);
create index payments_customer_id_idx on payments (customer_id);
create index payments_reference_idx on payments using hash (reference);

create table payment_allocations (
    payment_id bigint not null references payments (id) on delete cascade,
    invoice_id bigint not null references invoices (id),
    amount     numeric(14,2) not null check (amount > 0),
    primary key (payment_id, invoice_id)
);
create index payment_allocations_invoice_id_idx on payment_allocations (invoice_id);
