alter table work_orders drop column priority;
drop type priority;
