-- $1 request id; a row when it was answered
select answer from tenure.service_calls where request_id = $1::uuid and answer is not null
