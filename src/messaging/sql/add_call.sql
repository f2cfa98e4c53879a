-- $1 request id, $2 service, $3 operation, $4 request key or null
insert into tenure.service_calls (request_id, service, operation, request_key)
values ($1::uuid, $2, $3, $4)
