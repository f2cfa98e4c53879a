create table checklist_templates (
    id    bigint generated always as identity primary key,
    title text not null unique
);
create table checklist_template_items (
    template_id bigint not null references checklist_templates (id) on delete cascade,
    position    integer not null,
    question    text not null,
    primary key (template_id, position)
);
create table checklists (
    id            bigint generated always as identity primary key,
    work_order_id bigint not null references work_orders (id) on delete cascade,
    template_id   bigint references checklist_templates (id) on delete set null,
    title         text not null
);
create index checklists_work_order_id_idx on checklists (work_order_id);
create index checklists_template_id_idx on checklists (template_id);

create table checklist_answers (
    checklist_id bigint not null references checklists (id) on delete cascade,
    position     integer not null,
    question     text not null,
    answer       text,
    answered_by  bigint references employees (id) on delete set null,
    primary key (checklist_id, position)
);
create index checklist_answers_answered_by_idx on checklist_answers (answered_by);
