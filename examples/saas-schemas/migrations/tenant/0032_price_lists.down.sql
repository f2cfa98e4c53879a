alter table customers drop column price_list_id;
drop table price_list_items, price_lists;
