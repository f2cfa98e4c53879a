-- no parameters; a script, safe to run again and from several processes at once
begin;
select pg_advisory_xact_lock(hashtext('tenure.create_schema'));

create schema if not exists tenure;

create table if not exists tenure.inbox (
    consumer    text not null,
    message_id  text not null,
    received_at timestamptz not null default clock_timestamp(),
    deliveries  integer not null default 1,
    answered_at timestamptz,
    answer      jsonb check (jsonb_typeof(answer) = 'object'),
    primary key (consumer, message_id),
    check ((answer is null) = (answered_at is null))
);
create index if not exists inbox_received_idx on tenure.inbox (received_at);
commit;
