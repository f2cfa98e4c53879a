-- Erases a tenant from the notification service by hand: children first, in one transaction.
begin;
delete from notification_logs where tenant_id = :'tenant';
delete from notifications where tenant_id = :'tenant';
delete from notification_preferences where tenant_id = :'tenant';
delete from notification_templates where tenant_id = :'tenant' and not is_system;
delete from audit_logs where tenant_id = :'tenant';
commit;
