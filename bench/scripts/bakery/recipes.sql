-- Erases a tenant from the recipes service by hand: children first, in one transaction.
begin;
delete from recipe_steps s using recipes r where s.recipe_id = r.id and r.tenant_id = :'tenant';
delete from recipe_ingredients i using recipes r where i.recipe_id = r.id and r.tenant_id = :'tenant';
delete from recipes where tenant_id = :'tenant';
delete from audit_logs where tenant_id = :'tenant';
commit;
