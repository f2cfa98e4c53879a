-- $1 tenant id, $2 who; no row when none stands
update tenure.legal_holds
set released_by = $2, released_at = clock_timestamp()
where tenant_id = $1::uuid and released_at is null
returning number, tenant_id, reason, placed_by, (extract(epoch from placed_at) * 1000000)::bigint, released_by,
          (extract(epoch from released_at) * 1000000)::bigint
