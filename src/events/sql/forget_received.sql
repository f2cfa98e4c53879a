-- no parameters
delete from tenure.inbox where received_at < now() - interval '30 days'
