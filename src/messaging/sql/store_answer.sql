-- $1 request id, $2 service, $3 answer; the first answer stays; wakes whoever waits at commit
with call as (
    update tenure.service_calls
    set answer = $3::jsonb, answered_at = clock_timestamp()
    where request_id = $1::uuid and service = $2 and answer is null
    returning request_id
)
select pg_notify('tenure_answers', request_id::text) from call
