create table notification_preferences (
    employee_id bigint not null references employees (id) on delete cascade,
    topic       text not null,
    by_email    boolean not null default true,
    by_push     boolean not null default false,
    primary key (employee_id, topic)
);
