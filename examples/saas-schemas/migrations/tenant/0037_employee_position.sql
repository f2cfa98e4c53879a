alter table employees rename column role to position;
