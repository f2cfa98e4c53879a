-- $1 tenant id, $2 address, $3 role, $4 digest of the token, $5 invited by, $6 lifetime in seconds
insert into tenancy.invitations (tenant_id, email, role, token_hash, invited_by, expires_at)
values ($1::uuid, $2, $3, $4, $5::uuid, now() + $6::bigint * interval '1 second')
returning id, email, role, invited_by,
          case when accepted_at is not null then 'accepted' when revoked_at is not null then 'revoked'
               when expires_at <= now() then 'expired' else 'open' end,
          (extract(epoch from created_at) * 1000000)::bigint,
          (extract(epoch from expires_at) * 1000000)::bigint
