drop table work_order_parts;
