-- $1 request id
delete from tenure.service_calls where request_id = $1::uuid
