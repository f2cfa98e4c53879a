create type work_order_status as enum ('open', 'scheduled', 'in_progress', 'done', 'cancelled');

create table work_orders (
    id          bigint generated always as identity primary key,
    number      text not null unique,
    customer_id bigint not null references customers (id),
    site_id     bigint references sites (id),
    asset_id    bigint references assets (id),
    status      work_order_status not null default 'open',
    subject     text not null,
    created_by  uuid,
    created_at  timestamptz not null default now(),
    due_on      date,
    closed_at   timestamptz,
    constraint work_orders_closed_when_over check ((closed_at is not null) = (status in ('done', 'cancelled')))
);
create index work_orders_customer_id_idx on work_orders (customer_id);
create index work_orders_site_id_idx on work_orders (site_id);
create index work_orders_asset_id_idx on work_orders (asset_id);
create index work_orders_open_idx on work_orders (due_on) where closed_at is null;

create table work_order_tasks (
    work_order_id bigint not null references work_orders (id) on delete cascade,
    position      integer not null,
    title         text not null,
    is_done       boolean not null default false,
    done_by       bigint references employees (id) on delete set null,
    primary key (work_order_id, position)
);
create index work_order_tasks_done_by_idx on work_order_tasks (done_by);

create table work_order_notes (
    id            bigint generated always as identity primary key,
    work_order_id bigint not null references work_orders (id) on delete cascade,
    author_id     bigint references employees (id) on delete set null,
    body          text not null,
    written_at    timestamptz not null default now()
);
create index work_order_notes_work_order_id_idx on work_order_notes (work_order_id, written_at);
create index work_order_notes_author_id_idx on work_order_notes (author_id);
