create table message_templates (
    code    text primary key,
    subject text not null,
    body    text not null
);
create table messages (
    id            bigint generated always as identity primary key,
    template_code text references message_templates (code),
    work_order_id bigint references work_orders (id) on delete cascade,
    subject       text not null,
    body          text not null,
    queued_at     timestamptz not null default now()
);
create index messages_template_code_idx on messages (template_code);
create index messages_work_order_id_idx on messages (work_order_id);

create table message_recipients (
    message_id bigint not null references messages (id) on delete cascade,
    contact_id bigint not null references contacts (id) on delete cascade,
    sent_at    timestamptz,
    error      text,
    primary key (message_id, contact_id)
);
create index message_recipients_contact_id_idx on message_recipients (contact_id);
create index message_recipients_unsent_idx on message_recipients (message_id) where sent_at is null;
