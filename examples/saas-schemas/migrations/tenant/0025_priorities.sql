create type priority as enum ('low', 'normal', 'high', 'emergency');
alter table work_orders add column priority priority not null default 'normal';
create index work_orders_urgent_idx on work_orders (created_at) where priority >= 'high' and closed_at is null;
