-- What every tenant reads and none may change.
create table countries (
    code char(2) primary key check (code ~ '^[A-Z]{2}$'),
    name text not null unique
);
create table currencies (
    code     char(3) primary key check (code ~ '^[A-Z]{3}$'),
    name     text not null,
    decimals smallint not null default 2 check (decimals between 0 and 4)
);
insert into countries (code, name) values
    ('AT', 'Austria'), ('BE', 'Belgium'), ('CH', 'Switzerland'), ('DE', 'Germany'), ('ES', 'Spain'),
    ('FR', 'France'), ('IT', 'Italy'), ('NL', 'Netherlands'), ('PT', 'Portugal'), ('SE', 'Sweden');
insert into currencies (code, name, decimals) values
    ('EUR', 'Euro', 2), ('CHF', 'Swiss franc', 2), ('SEK', 'Swedish krona', 2), ('JPY', 'Yen', 0);
