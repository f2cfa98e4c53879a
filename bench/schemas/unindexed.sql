-- A foreign key whose column has no index: for each deleted parent PostgreSQL reads the whole child table.

create table parents (
    id        uuid primary key,
    tenant_id uuid not null,
    name      varchar(200) not null
);
create index parents_tenant_id_idx on parents (tenant_id);

create table children (
    id        uuid primary key,
    tenant_id uuid not null,
    parent_id uuid not null references parents (id),
    note      varchar(200) not null
);
create index children_tenant_id_idx on children (tenant_id);
