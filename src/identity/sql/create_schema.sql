-- no parameters; a script, safe to run again and from several processes at once
select pg_advisory_xact_lock(hashtext('tenure.create_schema'));

create schema if not exists identity;

create table if not exists identity.users (
    id                  uuid primary key default gen_random_uuid(),
    email               varchar(254) not null unique,
    full_name           varchar(200) not null,
    password_hash       text,
    is_platform_admin   boolean not null default false,
    is_active           boolean not null default true,
    created_at          timestamptz not null default now(),
    password_changed_at timestamptz,
    constraint users_email_in_one_spelling
        check (email = lower(email)),
    constraint users_full_name_not_empty
        check (full_name <> ''),
    constraint users_password_has_its_time
        check ((password_hash is null) = (password_changed_at is null))
);
create index if not exists users_newest_idx on identity.users (created_at desc, id desc);

create table if not exists identity.sessions (
    id         uuid primary key,
    user_id    uuid not null references identity.users (id) on delete cascade,
    started_at timestamptz not null default now(),
    expires_at timestamptz not null,
    ended_at   timestamptz,
    constraint sessions_expire_after_their_start
        check (expires_at > started_at)
);
create index if not exists sessions_user_id_idx on identity.sessions (user_id);

create table if not exists identity.refresh_tokens (
    token_hash text primary key,
    session_id uuid not null references identity.sessions (id) on delete cascade,
    issued_at  timestamptz not null default now(),
    expires_at timestamptz not null,
    used_at    timestamptz,
    constraint refresh_tokens_hash_is_a_digest
        check (token_hash ~ '^[0-9a-f]{64}$')
);
create index if not exists refresh_tokens_session_id_idx on identity.refresh_tokens (session_id);
