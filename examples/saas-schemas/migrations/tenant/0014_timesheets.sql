create table timesheets (
    id          bigint generated always as identity primary key,
    employee_id bigint not null references employees (id),
    week        date not null check (extract(isodow from week) = 1),
    approved_by bigint references employees (id),
    approved_at timestamptz,
    unique (employee_id, week)
);
create index timesheets_approved_by_idx on timesheets (approved_by);

create table time_entries (
    id            bigint generated always as identity primary key,
    timesheet_id  bigint not null references timesheets (id) on delete cascade,
    work_order_id bigint references work_orders (id),
    started_at    timestamptz not null,
    minutes       integer not null check (minutes > 0)
);
create index time_entries_timesheet_id_idx on time_entries (timesheet_id);
create index time_entries_work_order_id_idx on time_entries (work_order_id);
