-- no parameters
delete from tenure.service_calls where asked_at < now() - interval '90 days'
