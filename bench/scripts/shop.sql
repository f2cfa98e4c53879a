-- Erases a tenant from the shop by hand: children first, in one transaction.
begin;
delete from order_status_history h using orders o where h.order_id = o.id and o.tenant_id = :'tenant';
delete from order_items i using orders o where i.order_id = o.id and o.tenant_id = :'tenant';
delete from orders where tenant_id = :'tenant';
delete from customers where tenant_id = :'tenant';
commit;
