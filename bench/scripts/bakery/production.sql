-- Erases a tenant from the production service by hand: children first, in one transaction.
begin;
delete from quality_checks where tenant_id = :'tenant';
delete from run_steps s using production_runs r where s.run_id = r.id and r.tenant_id = :'tenant';
delete from run_ingredients i using production_runs r where i.run_id = r.id and r.tenant_id = :'tenant';
delete from production_runs where tenant_id = :'tenant';
delete from production_schedules where tenant_id = :'tenant';
delete from audit_logs where tenant_id = :'tenant';
commit;
