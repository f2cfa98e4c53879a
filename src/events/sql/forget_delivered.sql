-- no parameters
delete from tenure.outbox where delivered_at < now() - interval '30 days'
