create table tags (
    id    bigint generated always as identity primary key,
    name  text not null,
    color text not null default '#888888' check (color ~ '^#[0-9a-f]{6}$')
);
create unique index tags_name_key on tags (lower(name));

create table taggings (
    tag_id       bigint not null references tags (id) on delete cascade,
    subject_type text not null,
    subject_id   bigint not null,
    primary key (tag_id, subject_type, subject_id)
);
create index taggings_subject_idx on taggings (subject_type, subject_id);
