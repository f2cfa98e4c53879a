-- $1 service, $2 operation, $3 request key; the answer of a call for the order which succeeded
select answer from tenure.service_calls
where service = $1 and operation = $2 and request_key = $3 and not is_error
limit 1
