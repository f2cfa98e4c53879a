-- $1 email, $2 full name, $3 password hash or null, $4 whether an admin of the platform
insert into identity.users (email, full_name, password_hash, password_changed_at, is_platform_admin)
values ($1, $2, $3::text, case when $3::text is not null then now() end, $4::boolean)
on conflict (email) do nothing
returning id, email, full_name, is_platform_admin, is_active, (extract(epoch from created_at) * 1000000)::bigint
