-- no parameters; a script, safe to run again and from several processes at once
-- Run at every start: whether this role may make a view can change. It takes no lock on a table.
select pg_advisory_xact_lock(hashtext('tenancy.create_schema'));

-- Which schema is whose, where tenants have one each in this database: the registry of schemas is made by whoever
-- migrates, before or after this.
create or replace function tenancy.schema_names() returns table (tenant_id uuid, schema_name text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
    if to_regclass('tenure.schemas') is null then
        return;
    end if;
    return query execute 'select s.tenant_id, s.name from tenure.schemas as s where s.tenant_id is not null and s.state = ''live''';
end
$$;

-- Tenants and domains as programs read them that know them as tables of these names (spec D5). Something else of such a
-- name stays as it is, and so does a schema in which this role may make nothing.
do $$
declare
    may_create constant boolean := to_regnamespace('public') is not null
                                   and has_schema_privilege(to_regnamespace('public'), 'CREATE');
begin
    if may_create and to_regclass('public.tenants_client') is null then
        create view public.tenants_client as
            select t.id, s.schema_name, t.name, (t.created_at at time zone 'UTC')::date as created_on
            from tenancy.tenants as t
            left join tenancy.schema_names() as s on s.tenant_id = t.id
            where t.deleted_at is null;
    end if;
    if may_create and to_regclass('public.tenants_domain') is null then
        create view public.tenants_domain as
            select d.domain, d.tenant_id, d.is_primary
            from tenancy.tenant_domains as d
            join tenancy.tenants as t on t.id = d.tenant_id
            where t.deleted_at is null;
    end if;
end
$$;
