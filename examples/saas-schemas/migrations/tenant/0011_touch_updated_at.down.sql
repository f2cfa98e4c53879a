drop function touch_updated_at() cascade;
alter table invoices drop column updated_at;
alter table work_orders drop column updated_at;
alter table customers drop column updated_at;
