create materialized view stock_by_part as
    select part_id, sum(quantity) as quantity, count(*) as warehouses
    from stock_levels
    group by part_id;
create unique index stock_by_part_key on stock_by_part (part_id);
