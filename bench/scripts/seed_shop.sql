-- Fills the shop: :rows rows a tenant, the tenants' rows mixed as they are when they are written day by day. Keys are
-- hashes of what they stand for, so that two seedings are alike.

create temporary table bench_tenants as select unnest(:tenants::uuid[]) as tenant_id;
create function pg_temp.key_of(kind text, tenant uuid, number bigint) returns uuid language sql immutable
    as $$ select md5(kind || tenant::text || number::text)::uuid $$;

insert into customers
select pg_temp.key_of('customer', tenant_id, n), tenant_id, 'Customer number ' || n, 'customer' || n || '@example.org',
       timestamptz '2024-01-01' + n * interval '1 minute'
from generate_series(1, :rows / 25) n, bench_tenants order by n, tenant_id;

insert into orders
select pg_temp.key_of('order', tenant_id, n), tenant_id, pg_temp.key_of('customer', tenant_id, 1 + n % (:rows / 25)),
       'ORD-' || n, n % 100, timestamptz '2024-02-01' + n * interval '1 minute'
from generate_series(1, :rows / 5) n, bench_tenants order by n, tenant_id;

insert into order_items
select pg_temp.key_of('item', tenant_id, n), pg_temp.key_of('order', tenant_id, 1 + n % (:rows / 5)),
       'Product number ' || n % 200, 1 + n % 7, n % 50
from generate_series(1, :rows * 14 / 25) n, bench_tenants order by n, tenant_id;

insert into order_status_history
select pg_temp.key_of('order', tenant_id, n), 1, 'confirmed', timestamptz '2024-02-01' + n * interval '1 minute'
from generate_series(1, :rows / 5) n, bench_tenants order by n, tenant_id;
