-- Erases a tenant from the pos service by hand: children first, in one transaction.
begin;
delete from pos_sync_logs where tenant_id = :'tenant';
delete from pos_webhooks where tenant_id = :'tenant';
delete from pos_transaction_items i using pos_transactions t where i.transaction_id = t.id and t.tenant_id = :'tenant';
delete from pos_transactions where tenant_id = :'tenant';
delete from pos_sessions where tenant_id = :'tenant';
delete from pos_configurations where tenant_id = :'tenant';
delete from audit_logs where tenant_id = :'tenant';
commit;
