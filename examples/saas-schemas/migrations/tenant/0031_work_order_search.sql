-- tenure: no-transaction
-- Work orders are written all day; their index must not block that.
create index concurrently if not exists work_orders_search_idx on work_orders using gin (to_tsvector('simple', subject));
create index concurrently if not exists work_order_notes_search_idx on work_order_notes using gin (to_tsvector('simple', body));
