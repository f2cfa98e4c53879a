-- Who the company works for, and who works for it.
create type contact_kind as enum ('billing', 'technical', 'on_site');
create domain email_address as text check (value ~ '^[^@\s]+@[^@\s]+$');

create table customers (
    id           bigint generated always as identity primary key,
    number       text not null unique,
    name         text not null check (name <> ''),
    country      char(2) not null references public.countries (code),
    currency     char(3) not null default 'EUR' references public.currencies (code),
    is_blocked   boolean not null default false,
    created_at   timestamptz not null default now()
);
create index customers_name_idx on customers (name);

create table contacts (
    id          bigint generated always as identity primary key,
    customer_id bigint not null references customers (id) on delete cascade,
    kind        contact_kind not null,
    full_name   text not null,
    email       email_address,
    phone       text,
    created_at  timestamptz not null default now()
);
create index contacts_customer_id_idx on contacts (customer_id);
create index contacts_email_idx on contacts (email) where email is not null;

create table addresses (
    id          bigint generated always as identity primary key,
    street      text not null,
    postal_code text not null,
    city        text not null,
    country     char(2) not null references public.countries (code)
);
create index addresses_city_idx on addresses (country, city);

create table sites (
    id          bigint generated always as identity primary key,
    customer_id bigint not null references customers (id) on delete cascade,
    address_id  bigint not null references addresses (id),
    label       text,
    access_code text,
    created_at  timestamptz not null default now(),
    unique (customer_id, label)
);
create index sites_address_id_idx on sites (address_id);

create table employees (
    id         bigint generated always as identity primary key,
    user_id    uuid unique,
    full_name  text not null,
    email      email_address not null unique,
    role       text not null default 'technician',
    hired_on   date not null default current_date,
    left_on    date,
    constraint employees_leave_after_they_came check (left_on is null or left_on >= hired_on)
);
create index employees_working_idx on employees (full_name) where left_on is null;

create table teams (
    id      bigint generated always as identity primary key,
    name    text not null unique,
    lead_id bigint references employees (id) on delete set null
);
create index teams_lead_id_idx on teams (lead_id);

create table team_members (
    team_id     bigint not null references teams (id) on delete cascade,
    employee_id bigint not null references employees (id) on delete cascade,
    since       date not null default current_date,
    primary key (team_id, employee_id)
);
create index team_members_employee_id_idx on team_members (employee_id);

create table settings (
    key        text primary key,
    value      jsonb not null default '{}',
    changed_at timestamptz not null default now()
);
comment on table settings is 'One row a setting; the product knows the keys';
