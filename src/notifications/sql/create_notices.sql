-- no parameters; a script, safe to run again and from several processes at once
begin;
select pg_advisory_xact_lock(hashtext('tenure.create_schema'));

create schema if not exists tenure;

create table if not exists tenure.notices (
    id         uuid primary key,
    receiver   varchar(100) not null check (receiver <> ''),
    kind       varchar(100) not null check (kind <> ''),
    payload    jsonb not null check (jsonb_typeof(payload) = 'object'),
    created_at timestamptz not null default clock_timestamp(),
    tries      integer not null default 0 check (tries >= 0),
    due_at     timestamptz not null default clock_timestamp(),
    status     varchar(20) not null default 'waiting' check (status in ('waiting', 'delivered', 'given_up')),
    ended_at   timestamptz,
    -- Why the last try did not work out.
    why        text,
    constraint notices_end check ((ended_at is null) = (status = 'waiting')),
    constraint notices_given_up_for_a_reason check (status <> 'given_up' or why is not null)
);
create index if not exists notices_due_idx on tenure.notices (due_at, id) where status = 'waiting';
create index if not exists notices_ended_idx on tenure.notices (ended_at) where status <> 'waiting';

-- How often one was given up, ever: rows above leave after 30 days, and one that is tried anew is given up no more.
create table if not exists tenure.notices_given_up (
    receiver varchar(100) primary key,
    times    bigint not null check (times > 0)
);
insert into tenure.notices_given_up (receiver, times)
select split_part(receiver, ':', 1), count(*)
from tenure.notices
where status = 'given_up'
group by 1
on conflict do nothing;
commit;
