-- :rows parents a tenant and ten children for each.

create temporary table bench_tenants as select unnest(:tenants::uuid[]) as tenant_id;

insert into parents
select md5('parent' || tenant_id::text || n)::uuid, tenant_id, 'Parent number ' || n
from generate_series(1, :rows) n, bench_tenants order by n, tenant_id;

insert into children
select md5('child' || tenant_id::text || n)::uuid, tenant_id, md5('parent' || tenant_id::text || 1 + n % :rows)::uuid,
       'Child number ' || n
from generate_series(1, :rows * 10) n, bench_tenants order by n, tenant_id;
