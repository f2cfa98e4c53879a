-- $1 request id, $2 service, $3 operation, $4 request key or null; the call's own answer, or that of an earlier call for
-- the same order which succeeded
select answer from tenure.service_calls
where request_id = $1::uuid and answer is not null
union all
select answer from tenure.service_calls
where service = $2 and operation = $3 and request_key = $4 and not is_error
limit 1
