-- Erases a tenant from the training service by hand: children first, in one transaction.
begin;
delete from model_metrics where tenant_id = :'tenant';
delete from model_artifacts where tenant_id = :'tenant';
delete from trained_models where tenant_id = :'tenant';
delete from training_logs where tenant_id = :'tenant';
delete from training_jobs where tenant_id = :'tenant';
delete from audit_logs where tenant_id = :'tenant';
commit;
