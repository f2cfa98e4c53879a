-- Erases a tenant from the suppliers service by hand: children first, in one transaction.
begin;
delete from payments where tenant_id = :'tenant';
delete from supplier_order_items i using supplier_orders o where i.supplier_order_id = o.id and o.tenant_id = :'tenant';
delete from supplier_orders where tenant_id = :'tenant';
delete from contracts where tenant_id = :'tenant';
delete from suppliers where tenant_id = :'tenant';
delete from audit_logs where tenant_id = :'tenant';
commit;
