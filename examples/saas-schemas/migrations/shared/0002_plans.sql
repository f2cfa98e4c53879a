create table plans (
    code           text primary key,
    name           text not null,
    seats          integer not null check (seats > 0),
    price_a_month  numeric(8,2) not null check (price_a_month >= 0)
);
insert into plans (code, name, seats, price_a_month) values
    ('solo', 'Solo', 1, 19), ('crew', 'Crew', 10, 129), ('fleet', 'Fleet', 100, 990);
