drop table work_order_notes, work_order_tasks, work_orders;
drop type work_order_status;
