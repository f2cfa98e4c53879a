alter table invoice_lines add column total numeric(14,2) generated always as (round(quantity * unit_price, 2)) stored;
alter table quote_lines add column total numeric(14,2) generated always as (round(quantity * unit_price, 2)) stored;
