create table vehicles (
    id           bigint generated always as identity primary key,
    plate        text not null unique,
    model        text not null,
    inspected_on date
);
create table vehicle_assignments (
    id          bigint generated always as identity primary key,
    vehicle_id  bigint not null references vehicles (id) on delete cascade,
    employee_id bigint not null references employees (id) on delete cascade,
    during      tstzrange not null,
    exclude using gist (during with &&) where (vehicle_id is null)
);
create index vehicle_assignments_vehicle_id_idx on vehicle_assignments (vehicle_id);
create index vehicle_assignments_employee_id_idx on vehicle_assignments (employee_id);
