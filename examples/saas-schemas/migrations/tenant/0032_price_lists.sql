create table price_lists (
    id       bigint generated always as identity primary key,
    name     text not null unique,
    currency char(3) not null default 'EUR' references public.currencies (code)
);
create table price_list_items (
    price_list_id bigint not null references price_lists (id) on delete cascade,
    part_id       bigint not null references parts (id) on delete cascade,
    price         numeric(12,2) not null check (price >= 0),
    primary key (price_list_id, part_id)
);
create index price_list_items_part_id_idx on price_list_items (part_id);
alter table customers add column price_list_id bigint references price_lists (id) on delete set null;
create index customers_price_list_id_idx on customers (price_list_id);
