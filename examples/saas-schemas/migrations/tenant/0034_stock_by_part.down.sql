drop materialized view stock_by_part;
