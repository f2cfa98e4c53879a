alter table invoices drop column credits_id;
