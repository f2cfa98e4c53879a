-- $1 tenant id, $2 plan, $3 status, $4 price, $5 renews at (µs) or null
insert into tenancy.subscriptions (tenant_id, plan, status, price, renews_at)
values ($1::uuid, $2, $3, $4::numeric, timestamptz 'epoch' + $5::bigint * interval '1 microsecond')
returning plan, status, price::text,
          (extract(epoch from started_at) * 1000000)::bigint,
          (extract(epoch from renews_at) * 1000000)::bigint,
          (extract(epoch from cancelled_at) * 1000000)::bigint
