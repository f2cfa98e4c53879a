create sequence invoice_number start with 1000 cache 1;
alter table invoices alter column number set default 'INV-' || nextval('invoice_number');
alter sequence invoice_number owned by invoices.number;
