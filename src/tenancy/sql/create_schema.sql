-- no parameters; a script, safe to run again and from several processes at once
select pg_advisory_xact_lock(hashtext('tenancy.create_schema'));

create schema if not exists tenancy;

-- A tenant has exactly one owner, which the database itself holds: at most one by the exclusion constraint of members,
-- at least one by the key back from tenants, whose role is always 'owner'. Both are checked at the end of a transaction,
-- so that an owner can change within one.
create table if not exists tenancy.tenants (
    id              uuid primary key default gen_random_uuid(),
    name            varchar(255) not null check (name <> ''),
    slug            varchar(63) not null unique check (slug ~ '^[a-z0-9]([a-z0-9-]*[a-z0-9])?$'),
    owner_id        uuid not null,
    owner_role      varchar(20) not null generated always as ('owner') stored,
    status          varchar(20) not null default 'active',
    time_zone       varchar(60) not null default 'UTC',
    created_at      timestamptz not null default now(),
    updated_at      timestamptz not null default now(),
    deleted_at      timestamptz,
    erase_after     timestamptz,
    deletion_job_id uuid,
    before_deletion jsonb,
    constraint tenants_status check (status in ('active', 'suspended', 'deleting')),
    constraint tenants_erased_after_a_time check ((deleted_at is null) = (erase_after is null)),
    constraint tenants_deleting_by_a_job check ((status = 'deleting') = (deletion_job_id is not null))
);
-- A database of a version that could not undo a deletion.
do $$
begin
    if not exists (select from pg_attribute where attrelid = 'tenancy.tenants'::regclass and attname = 'before_deletion') then
        alter table tenancy.tenants add column before_deletion jsonb;
    end if;
end
$$;
create index if not exists tenants_owner_id_idx on tenancy.tenants (owner_id);
create index if not exists tenants_newest_idx on tenancy.tenants (created_at desc, id desc);
create index if not exists tenants_erase_after_idx on tenancy.tenants (erase_after) where erase_after is not null;
create index if not exists tenants_deleting_idx on tenancy.tenants (id) where status = 'deleting';

-- Members name users by id, without a key: accounts are in another database.
create table if not exists tenancy.tenant_members (
    tenant_id  uuid not null references tenancy.tenants (id),
    user_id    uuid not null,
    role       varchar(20) not null,
    is_default boolean not null default false,
    joined_at  timestamptz not null default now(),
    primary key (tenant_id, user_id),
    constraint tenant_members_role check (role in ('owner', 'admin', 'manager', 'member', 'readonly')),
    constraint tenant_members_role_is_known unique (tenant_id, user_id, role),
    constraint tenant_members_one_owner
        exclude using btree (tenant_id with =) where (role = 'owner') deferrable initially deferred
);
create index if not exists tenant_members_user_id_idx on tenancy.tenant_members (user_id);
create unique index if not exists tenant_members_one_default on tenancy.tenant_members (user_id) where is_default;

do $$
begin
    if not exists (select from pg_constraint where conname = 'tenants_owner_is_a_member' and conrelid = 'tenancy.tenants'::regclass) then
        alter table tenancy.tenants add constraint tenants_owner_is_a_member
            foreign key (id, owner_id, owner_role) references tenancy.tenant_members (tenant_id, user_id, role)
            deferrable initially deferred;
        create index tenants_owner_key_idx on tenancy.tenants (id, owner_id, owner_role);
    end if;
end
$$;

create table if not exists tenancy.subscriptions (
    id           uuid primary key default gen_random_uuid(),
    tenant_id    uuid not null references tenancy.tenants (id),
    plan         varchar(60) not null check (plan <> ''),
    status       varchar(20) not null,
    price        numeric(12,2) not null check (price >= 0),
    started_at   timestamptz not null default now(),
    renews_at    timestamptz,
    cancelled_at timestamptz,
    constraint subscriptions_status check (status in ('trialing', 'active', 'past_due', 'cancelled')),
    constraint subscriptions_cancelled_at check ((status = 'cancelled') = (cancelled_at is not null))
);
create index if not exists subscriptions_tenant_id_idx on tenancy.subscriptions (tenant_id);
create unique index if not exists subscriptions_one_in_force on tenancy.subscriptions (tenant_id) where status <> 'cancelled';

create table if not exists tenancy.tenant_settings (
    tenant_id  uuid not null references tenancy.tenants (id),
    name       varchar(60) not null check (name <> ''),
    value      jsonb not null,
    updated_at timestamptz not null default now(),
    primary key (tenant_id, name)
);

create table if not exists tenancy.tenant_domains (
    domain     varchar(253) primary key check (domain = lower(domain) and domain <> ''),
    tenant_id  uuid not null references tenancy.tenants (id),
    is_primary boolean not null default false,
    created_at timestamptz not null default now()
);
create index if not exists tenant_domains_tenant_id_idx on tenancy.tenant_domains (tenant_id);
create unique index if not exists tenant_domains_one_primary on tenancy.tenant_domains (tenant_id) where is_primary;

create table if not exists tenancy.invitations (
    id          uuid primary key default gen_random_uuid(),
    tenant_id   uuid not null references tenancy.tenants (id),
    email       varchar(254) not null check (email = lower(email)),
    role        varchar(20) not null,
    token_hash  text not null unique,
    invited_by  uuid,
    created_at  timestamptz not null default now(),
    expires_at  timestamptz not null,
    accepted_at timestamptz,
    revoked_at  timestamptz,
    constraint invitations_role check (role in ('admin', 'manager', 'member', 'readonly')),
    constraint invitations_expire check (expires_at > created_at),
    constraint invitations_end_once check (accepted_at is null or revoked_at is null)
);
create index if not exists invitations_tenant_id_idx on tenancy.invitations (tenant_id);
create index if not exists invitations_email_idx on tenancy.invitations (email);
create unique index if not exists invitations_one_open on tenancy.invitations (tenant_id, email)
    where accepted_at is null and revoked_at is null;
