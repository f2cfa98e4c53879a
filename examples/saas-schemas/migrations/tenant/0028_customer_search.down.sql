drop statistics customers_country_currency;
drop index customers_search_idx;
