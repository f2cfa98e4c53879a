-- $1 tenant id; the one in force, else the one cancelled last
select plan, status, price::text,
          (extract(epoch from started_at) * 1000000)::bigint,
          (extract(epoch from renews_at) * 1000000)::bigint,
          (extract(epoch from cancelled_at) * 1000000)::bigint
from tenancy.subscriptions
where tenant_id = $1::uuid
order by status = 'cancelled', cancelled_at desc, id
limit 1
