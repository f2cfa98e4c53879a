-- Erases a tenant from the external service by hand: children first, in one transaction.
begin;
delete from external_data_cache where tenant_id = :'tenant';
delete from api_key_usage where tenant_id = :'tenant';
delete from tenant_weather_data where tenant_id = :'tenant';
delete from audit_logs where tenant_id = :'tenant';
commit;
