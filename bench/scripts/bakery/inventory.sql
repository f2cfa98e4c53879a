-- Erases a tenant from the inventory service by hand: children first, in one transaction.
begin;
delete from stock_alerts where tenant_id = :'tenant';
delete from stock_movements where tenant_id = :'tenant';
delete from purchase_order_items i using purchase_orders o where i.purchase_order_id = o.id and o.tenant_id = :'tenant';
delete from purchase_orders where tenant_id = :'tenant';
delete from stock_items where tenant_id = :'tenant';
delete from products where tenant_id = :'tenant';
delete from audit_logs where tenant_id = :'tenant';
commit;
