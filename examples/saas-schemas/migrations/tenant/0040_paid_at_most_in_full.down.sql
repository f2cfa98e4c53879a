alter table invoices drop constraint invoices_paid_at_most_in_full;
