-- $1 tenant id, $2 user id
update tenancy.tenants
set owner_id = $2::uuid, updated_at = clock_timestamp()
where id = $1::uuid
