-- $1 id or null, $2 name, $3 slug, $4 owner, $5 time zone; the owner's membership follows in the same transaction
insert into tenancy.tenants (id, name, slug, owner_id, time_zone)
values (coalesce($1::uuid, gen_random_uuid()), $2, $3, $4::uuid, $5)
on conflict do nothing
returning id, name, slug, owner_id, status, time_zone,
          (extract(epoch from created_at) * 1000000)::bigint,
          (extract(epoch from updated_at) * 1000000)::bigint,
          (extract(epoch from deleted_at) * 1000000)::bigint,
          (extract(epoch from erase_after) * 1000000)::bigint,
          deletion_job_id
