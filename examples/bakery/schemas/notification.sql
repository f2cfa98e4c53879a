-- Notifications: templates, messages to people, every attempt to deliver one, and who wants which.
-- A template with is_system ships with the product: global (no tenant) or installed for one tenant.

create table notification_templates (
    id         uuid primary key default gen_random_uuid(),
    tenant_id  uuid,
    code       varchar(60) not null,
    channel    varchar(10) not null check (channel in ('email', 'sms', 'push', 'in_app')),
    language   char(2) not null,
    subject    varchar(200),
    body       text not null,
    is_system  boolean not null default false,
    created_at timestamptz not null default now(),
    check (tenant_id is not null or is_system)
);
create index notification_templates_tenant_id_code_idx on notification_templates (tenant_id, code);

create table notifications (
    id          uuid primary key default gen_random_uuid(),
    tenant_id   uuid not null,
    template_id uuid references notification_templates (id) on delete set null,
    user_id     uuid not null,
    channel     varchar(10) not null check (channel in ('email', 'sms', 'push', 'in_app')),
    recipient   varchar(255),
    subject     varchar(200),
    body        text,
    status      varchar(10) not null check (status in ('queued', 'sent', 'failed', 'read')),
    created_at  timestamptz not null default now(),
    sent_at     timestamptz
);
create index notifications_tenant_id_created_at_idx on notifications (tenant_id, created_at);
create index notifications_template_id_idx on notifications (template_id);
create index notifications_user_id_idx on notifications (user_id);

create table notification_logs (
    id              bigint generated always as identity primary key,
    tenant_id       uuid not null,
    notification_id uuid not null references notifications (id) on delete cascade,
    attempt         smallint not null check (attempt > 0),
    status          varchar(10) not null check (status in ('accepted', 'bounced', 'timeout')),
    response        jsonb,
    logged_at       timestamptz not null default now()
);
create index notification_logs_tenant_id_logged_at_idx on notification_logs (tenant_id, logged_at);
create index notification_logs_notification_id_idx on notification_logs (notification_id);

create table notification_preferences (
    tenant_id  uuid not null,
    user_id    uuid not null,
    channel    varchar(10) not null check (channel in ('email', 'sms', 'push', 'in_app')),
    category   varchar(40) not null,
    is_enabled boolean not null default true,
    updated_at timestamptz not null default now(),
    primary key (tenant_id, user_id, channel, category)
);
create index notification_preferences_user_id_idx on notification_preferences (user_id);

-- What was done and by whom. Points at rows of any table without a key, so that it outlives them.
create table audit_logs (
    id           uuid primary key default gen_random_uuid(),
    entry_number bigint generated always as identity,
    tenant_id    uuid not null,
    user_id      uuid,
    action       varchar(60) not null,
    entity_type  varchar(60) not null,
    entity_id    uuid,
    details      jsonb,
    ip_address   inet,
    created_at   timestamptz not null default now()
);
create index audit_logs_tenant_id_created_at_idx on audit_logs (tenant_id, created_at);
create index audit_logs_user_id_idx on audit_logs (user_id);
