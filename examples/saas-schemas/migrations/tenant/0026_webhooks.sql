create table webhooks (
    id         uuid primary key default gen_random_uuid(),
    url        text not null check (url ~ '^https://'),
    topics     text[] not null default '{}',
    is_enabled boolean not null default true
);
create index webhooks_topics_idx on webhooks using gin (topics);

create table webhook_deliveries (
    id         bigint generated always as identity primary key,
    webhook_id uuid not null references webhooks (id) on delete cascade,
    payload    jsonb not null,
    attempts   integer not null default 0,
    next_at    timestamptz,
    delivered_at timestamptz
);
create index webhook_deliveries_webhook_id_idx on webhook_deliveries (webhook_id);
create index webhook_deliveries_next_at_idx on webhook_deliveries (next_at) where delivered_at is null;
