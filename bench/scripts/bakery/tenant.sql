-- Erases a tenant from the tenant service by hand: children first, in one transaction.
begin;
delete from tenancy.invitations where tenant_id = :'tenant';
delete from tenancy.tenant_domains where tenant_id = :'tenant';
delete from tenancy.tenant_settings where tenant_id = :'tenant';
delete from tenancy.subscriptions where tenant_id = :'tenant';
delete from tenancy.tenant_members where tenant_id = :'tenant';
delete from tenancy.tenants where id = :'tenant';
commit;
