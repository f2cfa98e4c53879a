alter table customers
    add column vat_id text,
    add column locale text not null default 'en',
    add column payment_days integer not null default 14 check (payment_days between 0 and 120);
create unique index customers_vat_id_key on customers (upper(vat_id)) where vat_id is not null;
