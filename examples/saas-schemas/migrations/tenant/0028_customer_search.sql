create index customers_search_idx on customers using gin (to_tsvector('simple', name || ' ' || number));
create statistics customers_country_currency (dependencies) on country, currency from customers;
