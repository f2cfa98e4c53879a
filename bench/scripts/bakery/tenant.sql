-- Erases a tenant from the tenant service by hand: children first, in one transaction.
begin;
delete from invitations where tenant_id = :'tenant';
delete from tenant_domains where tenant_id = :'tenant';
delete from tenant_settings where tenant_id = :'tenant';
delete from subscriptions where tenant_id = :'tenant';
delete from tenant_members where tenant_id = :'tenant';
delete from tenants where id = :'tenant';
commit;
