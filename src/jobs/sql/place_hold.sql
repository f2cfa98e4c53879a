-- $1 tenant id, $2 reason, $3 who; no row when one stands already
insert into tenure.legal_holds (tenant_id, reason, placed_by)
values ($1::uuid, $2, $3)
on conflict do nothing
returning number, tenant_id, reason, placed_by, (extract(epoch from placed_at) * 1000000)::bigint, released_by,
          (extract(epoch from released_at) * 1000000)::bigint
