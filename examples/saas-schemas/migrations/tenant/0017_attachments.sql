create table attachments (
    id           uuid primary key default gen_random_uuid(),
    subject_type text not null check (subject_type in ('work_order', 'asset', 'invoice', 'contract')),
    subject_id   bigint not null,
    file_name    text not null,
    media_type   text not null,
    bytes        bigint not null check (bytes >= 0),
    uploaded_by  bigint references employees (id) on delete set null,
    uploaded_at  timestamptz not null default now()
);
create index attachments_subject_idx on attachments (subject_type, subject_id) include (file_name);
create index attachments_uploaded_by_idx on attachments (uploaded_by);
