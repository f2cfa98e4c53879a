create table parts (number text primary key, name text not null);
