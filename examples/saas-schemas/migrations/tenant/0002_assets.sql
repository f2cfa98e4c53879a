create table asset_models (
    id           bigint generated always as identity primary key,
    manufacturer text not null,
    name         text not null,
    service_every interval,
    unique (manufacturer, name)
);
create table assets (
    id            bigint generated always as identity primary key,
    site_id       bigint not null references sites (id),
    model_id      bigint not null references asset_models (id),
    serial_number text not null,
    installed_on  date,
    retired_on    date,
    unique (model_id, serial_number)
);
create index assets_site_id_idx on assets (site_id);
create index assets_in_use_idx on assets (installed_on) where retired_on is null;

create table asset_readings (
    id       bigint generated always as identity primary key,
    asset_id bigint not null references assets (id) on delete cascade,
    read_at  timestamptz not null,
    quantity text not null,
    value    numeric(14,4) not null
);
create index asset_readings_asset_id_idx on asset_readings (asset_id, read_at desc);
create index asset_readings_read_at_idx on asset_readings using brin (read_at);
