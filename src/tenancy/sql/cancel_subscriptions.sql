-- $1 tenant id
update tenancy.subscriptions
set status = 'cancelled', cancelled_at = clock_timestamp()
where tenant_id = $1::uuid and status <> 'cancelled'
