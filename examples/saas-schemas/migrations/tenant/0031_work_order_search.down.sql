-- tenure: no-transaction
drop index concurrently if exists work_order_notes_search_idx;
drop index concurrently if exists work_orders_search_idx;
