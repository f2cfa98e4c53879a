create table public_holidays (
    country char(2) not null references countries (code),
    day     date not null,
    name    text not null,
    primary key (country, day)
);
create index public_holidays_day_idx on public_holidays (day);
