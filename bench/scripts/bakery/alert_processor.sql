-- Erases a tenant from the alert processor by hand: children first, in one transaction.
begin;
delete from alert_interactions where tenant_id = :'tenant';
delete from alert_history h using alerts a where h.alert_id = a.id and a.tenant_id = :'tenant';
delete from alerts where tenant_id = :'tenant';
delete from alert_rules where tenant_id = :'tenant';
delete from audit_logs where tenant_id = :'tenant';
commit;
