-- $1 name of the schema before the first or null, $2 limit, $3 only this tenant's or null; each with its tables, their size in
-- bytes, and when it was last migrated (µs)
with page as (
    select s.name, s.kind, s.state, s.tenant_id, s.tenant_name, s.version, s.migrated_at, n.oid as namespace
    from tenure.schemas as s
         left join pg_catalog.pg_namespace as n on n.nspname = s.name
    where ($1::text is null or s.name collate "C" > $1::text collate "C") and ($3::uuid is null or s.tenant_id = $3)
    order by s.name collate "C"
    limit $2::bigint
)
select page.name, page.kind, page.state, page.tenant_id, page.tenant_name, page.version,
       (extract(epoch from page.migrated_at) * 1000000)::bigint, page.namespace is not null,
       count(c.oid), coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint
from page
     left join pg_catalog.pg_class as c on c.relnamespace = page.namespace and c.relkind in ('r', 'p')
group by page.name, page.kind, page.state, page.tenant_id, page.tenant_name, page.version, page.migrated_at,
         page.namespace
order by page.name collate "C"
