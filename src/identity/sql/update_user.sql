-- $1 user id, $2 full name, $3 whether an admin of the platform, $4 whether active; null leaves the last three as they are
update identity.users
set full_name         = coalesce($2::text, full_name),
    is_platform_admin = coalesce($3::boolean, is_platform_admin),
    is_active         = coalesce($4::boolean, is_active)
where id = $1::uuid
returning id, email, full_name, is_platform_admin, is_active, (extract(epoch from created_at) * 1000000)::bigint
