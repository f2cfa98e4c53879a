alter table employees rename column position to role;
