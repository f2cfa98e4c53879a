drop table payment_allocations, payments;
