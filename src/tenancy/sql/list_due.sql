-- $1 limit, $2 tenant before the first or null
select id
from tenancy.tenants
where erase_after <= now() and status <> 'deleting'
  and ($2::uuid is null or (erase_after, id) > (select erase_after, id from tenancy.tenants where id = $2::uuid))
order by erase_after, id
limit $1::bigint
