-- no parameters; a script, safe to run again and from several processes at once
select pg_advisory_xact_lock(hashtext('tenure.create_schema'));

-- Who was asked by message, and what they answered; what they were asked is in the outbox.
create table if not exists tenure.service_calls (
    request_id  uuid primary key,
    service     varchar(63) not null,
    asked_at    timestamptz not null default clock_timestamp(),
    answered_at timestamptz,
    answer      jsonb,
    check ((answer is null) = (answered_at is null))
);
do $$
begin
    if exists (select from pg_attribute where attrelid = 'tenure.service_calls'::regclass and attname = 'request_key') then
        alter table tenure.service_calls
            drop column if exists operation,
            drop column if exists request_key,
            drop column if exists is_error;
    end if;
end $$;
create index if not exists service_calls_asked_idx on tenure.service_calls (asked_at);
