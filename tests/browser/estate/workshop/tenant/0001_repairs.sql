create table repairs (id bigint generated always as identity primary key, bicycle text not null);
