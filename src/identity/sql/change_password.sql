-- $1 user id, $2 password_changed_at (µs) of the current password, $3 hash of the next one
update identity.users
set password_hash = $3, password_changed_at = clock_timestamp()
where id = $1::uuid and is_active
  and password_changed_at = timestamptz 'epoch' + $2::bigint * interval '1 microsecond'
