create function customer_balance(customer bigint) returns numeric language sql stable
begin atomic
    select coalesce(sum(total - paid), 0) from invoices where customer_id = customer;
end;
comment on function customer_balance(bigint) is 'What the customer owes';
