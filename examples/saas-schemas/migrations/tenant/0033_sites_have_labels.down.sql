alter table sites alter column label drop not null;
