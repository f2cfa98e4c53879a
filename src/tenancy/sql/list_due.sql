-- $1 limit
select id
from tenancy.tenants
where erase_after <= now() and status <> 'deleting'
order by erase_after, id
limit $1::bigint
