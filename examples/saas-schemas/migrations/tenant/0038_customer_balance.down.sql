drop function customer_balance(bigint);
