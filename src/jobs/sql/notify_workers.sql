-- no parameters; a hint at commit that there may be something to claim
select pg_notify('tenure_jobs', '')
