create function touch_updated_at() returns trigger language plpgsql as $$
begin
    new.updated_at := now();
    return new;
end
$$;
alter table customers add column updated_at timestamptz not null default now();
alter table work_orders add column updated_at timestamptz not null default now();
alter table invoices add column updated_at timestamptz not null default now();
create trigger customers_touch before update on customers for each row execute function touch_updated_at();
create trigger work_orders_touch before update on work_orders for each row execute function touch_updated_at();
create trigger invoices_touch before update on invoices for each row execute function touch_updated_at();
