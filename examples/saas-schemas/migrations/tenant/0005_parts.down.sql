drop table stock_moves, stock_levels, warehouses, parts, part_categories;
