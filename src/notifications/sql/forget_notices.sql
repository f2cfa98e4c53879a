-- no parameters
delete from tenure.notices where status <> 'waiting' and ended_at < now() - interval '30 days'
