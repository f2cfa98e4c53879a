create table surveys (
    id            bigint generated always as identity primary key,
    work_order_id bigint not null unique references work_orders (id) on delete cascade,
    contact_id    bigint references contacts (id) on delete set null,
    sent_at       timestamptz not null default now()
);
create index surveys_contact_id_idx on surveys (contact_id);

create table survey_answers (
    survey_id bigint not null references surveys (id) on delete cascade,
    question  text not null,
    score     smallint check (score between 1 and 5),
    comment   text,
    primary key (survey_id, question)
);
