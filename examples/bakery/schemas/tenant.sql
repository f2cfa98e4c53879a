-- Tenants: the record of each tenant, its members, subscription, settings, domains and invitations.
-- Erased last. Members name users of the auth service by id, without a key: that is another database.

create table tenants (
    id         uuid primary key default gen_random_uuid(),
    name       varchar(255) not null,
    slug       varchar(100) not null unique,
    owner_id   uuid not null,
    status     varchar(20) not null default 'active' check (status in ('active', 'suspended', 'deleting')),
    time_zone  varchar(60) not null default 'Europe/Madrid',
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    deleted_at timestamptz
);
create index tenants_owner_id_idx on tenants (owner_id);
create index tenants_deleted_at_idx on tenants (deleted_at) where deleted_at is not null;

create table tenant_members (
    tenant_id uuid not null references tenants (id) on delete cascade,
    user_id   uuid not null,
    role      varchar(20) not null check (role in ('owner', 'admin', 'manager', 'member', 'readonly')),
    joined_at timestamptz not null default now(),
    primary key (tenant_id, user_id),
    constraint tenant_members_one_owner
        exclude using btree (tenant_id with =) where (role = 'owner') deferrable initially deferred
);
create index tenant_members_user_id_idx on tenant_members (user_id);

create table subscriptions (
    id           uuid primary key default gen_random_uuid(),
    tenant_id    uuid not null references tenants (id),
    plan         varchar(20) not null check (plan in ('starter', 'professional', 'enterprise')),
    status       varchar(20) not null check (status in ('trialing', 'active', 'past_due', 'cancelled')),
    price        numeric(12,2) not null,
    started_at   timestamptz not null default now(),
    renews_at    timestamptz,
    cancelled_at timestamptz
);
create index subscriptions_tenant_id_idx on subscriptions (tenant_id);
create unique index subscriptions_one_in_force on subscriptions (tenant_id) where status <> 'cancelled';

create table tenant_settings (
    tenant_id  uuid not null references tenants (id) on delete cascade,
    name       varchar(60) not null,
    value      jsonb not null,
    updated_at timestamptz not null default now(),
    primary key (tenant_id, name)
);

create table tenant_domains (
    domain      varchar(253) primary key check (domain = lower(domain)),
    tenant_id   uuid not null references tenants (id) on delete cascade,
    is_primary  boolean not null default false,
    verified_at timestamptz,
    constraint tenant_domains_one_primary
        exclude using btree (tenant_id with =) where (is_primary) deferrable initially deferred
);
create index tenant_domains_tenant_id_idx on tenant_domains (tenant_id);

create table invitations (
    id          uuid primary key default gen_random_uuid(),
    tenant_id   uuid not null references tenants (id) on delete cascade,
    email       varchar(255) not null,
    role        varchar(20) not null check (role in ('admin', 'manager', 'member', 'readonly')),
    token_hash  bytea not null unique,
    invited_by  uuid,
    created_at  timestamptz not null default now(),
    expires_at  timestamptz not null,
    accepted_at timestamptz,
    revoked_at  timestamptz,
    check (expires_at > created_at)
);
create index invitations_tenant_id_idx on invitations (tenant_id);
