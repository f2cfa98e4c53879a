create table contracts (
    id          bigint generated always as identity primary key,
    number      text not null unique,
    customer_id bigint not null references customers (id),
    runs        daterange not null,
    price       numeric(12,2) not null
);
create index contracts_customer_id_idx on contracts (customer_id);
create index contracts_runs_idx on contracts using gist (runs);

create table contract_assets (
    contract_id bigint not null references contracts (id) on delete cascade,
    asset_id    bigint not null references assets (id),
    primary key (contract_id, asset_id)
);
create index contract_assets_asset_id_idx on contract_assets (asset_id);

create table contract_visits (
    id            bigint generated always as identity primary key,
    contract_id   bigint not null references contracts (id) on delete cascade,
    planned_on    date not null,
    work_order_id bigint unique references work_orders (id) on delete set null
);
create index contract_visits_contract_id_idx on contract_visits (contract_id, planned_on);
