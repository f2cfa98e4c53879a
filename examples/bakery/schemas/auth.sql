-- Auth: who can sign in. A user without a password hash cannot, until one is set.

create table users (
    id                uuid primary key default gen_random_uuid(),
    email             varchar(255) not null unique check (email = lower(email)),
    full_name         varchar(200) not null,
    password_hash     text,
    is_platform_admin boolean not null default false,
    is_active         boolean not null default true,
    created_at        timestamptz not null default now()
);

create table refresh_tokens (
    id         uuid primary key default gen_random_uuid(),
    user_id    uuid not null references users (id) on delete cascade,
    token_hash bytea not null unique,
    issued_at  timestamptz not null default now(),
    expires_at timestamptz not null,
    revoked_at timestamptz,
    check (expires_at > issued_at)
);
create index refresh_tokens_user_id_idx on refresh_tokens (user_id);
