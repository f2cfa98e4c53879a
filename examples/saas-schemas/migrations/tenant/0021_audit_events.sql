create table audit_events (
    id          bigint generated always as identity,
    happened_at timestamptz not null default now(),
    actor       uuid,
    action      text not null,
    subject     text not null,
    details     jsonb not null default '{}',
    primary key (id, happened_at)
) partition by range (happened_at);
create table audit_events_2025 partition of audit_events for values from ('2025-01-01 00:00+00') to ('2026-01-01 00:00+00');
create table audit_events_2026 partition of audit_events for values from ('2026-01-01 00:00+00') to ('2027-01-01 00:00+00');
create table audit_events_other partition of audit_events default;
create index audit_events_subject_idx on audit_events (subject, happened_at);
create index audit_events_actor_idx on audit_events (actor);
