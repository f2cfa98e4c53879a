-- Erases a tenant from the forecasting service by hand: children first, in one transaction.
begin;
delete from forecast_metrics where tenant_id = :'tenant';
delete from prediction_cache where tenant_id = :'tenant';
delete from forecasts where tenant_id = :'tenant';
delete from prediction_batches where tenant_id = :'tenant';
delete from audit_logs where tenant_id = :'tenant';
commit;
