alter table invoices add column credits_id bigint references invoices (id);
create index invoices_credits_id_idx on invoices (credits_id) where credits_id is not null;
