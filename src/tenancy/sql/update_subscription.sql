-- $1 tenant id, $2 plan, $3 status, $4 price, $5 renews at (µs) or null
update tenancy.subscriptions
set plan = $2, status = $3, price = $4::numeric,
    renews_at = timestamptz 'epoch' + $5::bigint * interval '1 microsecond'
where tenant_id = $1::uuid and status <> 'cancelled'
returning plan, status, price::text,
          (extract(epoch from started_at) * 1000000)::bigint,
          (extract(epoch from renews_at) * 1000000)::bigint,
          (extract(epoch from cancelled_at) * 1000000)::bigint
