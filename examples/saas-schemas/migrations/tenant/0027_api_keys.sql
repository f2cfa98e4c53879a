create table api_keys (
    id          uuid primary key default gen_random_uuid(),
    employee_id bigint not null references employees (id) on delete cascade,
    digest      bytea not null unique,
    scopes      text[] not null default '{read}',
    expires_at  timestamptz
);
create index api_keys_employee_id_idx on api_keys (employee_id);
