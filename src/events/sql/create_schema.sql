-- no parameters; a script, safe to run again and from several processes at once
select pg_advisory_xact_lock(hashtext('tenure.create_schema'));

create schema if not exists tenure;

create table if not exists tenure.outbox (
    number       bigint primary key generated always as identity,
    topic        varchar(100) not null check (topic <> ''),
    payload      jsonb not null check (jsonb_typeof(payload) = 'object'),
    published_at timestamptz not null default clock_timestamp(),
    delivered_at timestamptz
);
-- Once, not at each start: these wait for whoever writes to the outbox, and everybody else then waits behind them. A
-- relay holds its row while the broker takes the message, for as long as that is.
do $$
begin
    if to_regclass('tenure.outbox_delivered_idx') is not null
        and exists (select from pg_attribute where attrelid = 'tenure.outbox'::regclass and attname = 'expires_at') then
        return;
    end if;
    -- The service that alone gets it; '' for whoever listens.
    alter table tenure.outbox add column if not exists recipient varchar(63) not null default '';
    alter table tenure.outbox add column if not exists message_id uuid not null default gen_random_uuid() unique;
    -- When a request is no use any more, because whoever asked has given up; null: an event, which always is.
    alter table tenure.outbox add column if not exists expires_at timestamptz;
    create index if not exists outbox_undelivered_idx on tenure.outbox (number) where delivered_at is null;
    create index if not exists outbox_delivered_idx on tenure.outbox (delivered_at) where delivered_at is not null;
end $$;
do $$
begin
    if exists (select from pg_attribute where attrelid = 'tenure.outbox'::regclass and attname = 'traceparent') then
        return;
    end if;
    -- The request that an event is part of.
    alter table tenure.outbox
        add column traceparent varchar(55)
            constraint outbox_traceparent check (traceparent ~ '^00-[0-9a-f]{32}-[0-9a-f]{16}-0[0-3]$');
end $$;
update tenure.outbox set expires_at = published_at + interval '1 hour'
where delivered_at is null and recipient <> '' and expires_at is null;
