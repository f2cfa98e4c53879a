-- $1 session id, $2 user id, $3 password_changed_at (µs) of the password that was given, $4 longest session in seconds
-- No row when the user was deactivated or given another password meanwhile.
with person as (
    select id
    from identity.users
    where id = $2::uuid and is_active
      and password_changed_at = timestamptz 'epoch' + $3::bigint * interval '1 microsecond'
    for share
)
insert into identity.sessions (id, user_id, expires_at)
select $1::uuid, id, now() + $4::bigint * interval '1 second'
from person
