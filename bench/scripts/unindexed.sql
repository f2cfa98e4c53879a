-- Erases a tenant's parents and children by hand.
begin;
delete from children where tenant_id = :'tenant';
delete from parents where tenant_id = :'tenant';
commit;
