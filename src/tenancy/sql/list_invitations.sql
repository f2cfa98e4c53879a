-- $1 tenant id
select id, email, role, invited_by,
          case when accepted_at is not null then 'accepted' when revoked_at is not null then 'revoked'
               when expires_at <= now() then 'expired' else 'open' end,
          (extract(epoch from created_at) * 1000000)::bigint,
          (extract(epoch from expires_at) * 1000000)::bigint
from tenancy.invitations
where tenant_id = $1::uuid
order by created_at desc, id
