-- no parameters; a script, safe to run again and from several processes at once
begin;
select pg_advisory_xact_lock(hashtext('tenure.create_schema'));

-- What services were asked by message, and what they answered.
create table if not exists tenure.service_calls (
    request_id  uuid primary key,
    service     varchar(63) not null,
    operation   varchar(10) not null check (operation in ('preview', 'erase', 'verify', 'restore')),
    -- Names the order, which may be asked for several times; null: never again.
    request_key text,
    asked_at    timestamptz not null default clock_timestamp(),
    answered_at timestamptz,
    is_error    boolean,
    answer      jsonb,
    check ((answer is null) = (answered_at is null) and (answer is null) = (is_error is null))
);
create index if not exists service_calls_asked_idx on tenure.service_calls (asked_at);
commit;
