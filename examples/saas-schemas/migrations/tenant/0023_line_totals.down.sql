alter table quote_lines drop column total;
alter table invoice_lines drop column total;
