-- $1 tenant id, $2 user id, $3 role; the user's first tenant becomes the default; no row when they are a member
insert into tenancy.tenant_members (tenant_id, user_id, role, is_default, joined_at)
values ($1::uuid, $2::uuid, $3,
        not exists (select from tenancy.tenant_members where user_id = $2::uuid), clock_timestamp())
on conflict (tenant_id, user_id) do nothing
returning user_id, role, is_default, (extract(epoch from joined_at) * 1000000)::bigint
