-- $1 request id, $2 service
insert into tenure.service_calls (request_id, service)
values ($1::uuid, $2)
