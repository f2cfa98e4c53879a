update sites set label = 'Site ' || id where label is null;
alter table sites alter column label set not null;
