alter table invoices add constraint invoices_paid_at_most_in_full check (paid <= greatest(total, 0)) not valid;
alter table invoices validate constraint invoices_paid_at_most_in_full;
