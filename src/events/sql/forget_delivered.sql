-- no parameters; and requests that never left, a while after they expired: whoever asked may still look for them
delete from tenure.outbox
where delivered_at < now() - interval '30 days'
   or (delivered_at is null and expires_at < now() - interval '1 hour')
