create table shifts (
    id          bigint generated always as identity primary key,
    employee_id bigint not null references employees (id) on delete cascade,
    weekday     smallint not null check (weekday between 1 and 7),
    starts      time not null,
    ends        time not null,
    unique (employee_id, weekday, starts),
    check (ends > starts)
);
create table appointments (
    id            bigint generated always as identity primary key,
    work_order_id bigint not null references work_orders (id) on delete cascade,
    employee_id   bigint not null references employees (id),
    period        tstzrange not null check (not isempty(period)),
    confirmed_at  timestamptz
);
create index appointments_work_order_id_idx on appointments (work_order_id);
create index appointments_employee_id_idx on appointments (employee_id);
create index appointments_period_idx on appointments using gist (period);

create table absences (
    id          bigint generated always as identity primary key,
    employee_id bigint not null references employees (id) on delete cascade,
    days        daterange not null,
    reason      text not null
);
create index absences_employee_id_idx on absences (employee_id);
