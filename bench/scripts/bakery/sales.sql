-- Erases a tenant from the sales service by hand: children first, in one transaction.
begin;
delete from sales_predictions where tenant_id = :'tenant';
delete from sales_aggregates where tenant_id = :'tenant';
delete from sales_records where tenant_id = :'tenant';
delete from audit_logs where tenant_id = :'tenant';
commit;
