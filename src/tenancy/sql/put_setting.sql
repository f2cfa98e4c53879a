-- $1 tenant id, $2 name, $3 value
insert into tenancy.tenant_settings (tenant_id, name, value)
values ($1::uuid, $2, $3::jsonb)
on conflict (tenant_id, name) do update
set value = excluded.value, updated_at = clock_timestamp()
