-- $1 job id; what has failed for good is tried again: in a further round where its rows were counted and not gone, since the round has a receipt then
update tenure.deletion_steps
set state    = 'unknown',
    round    = round + case when verification is null then 0 else 1 end,
    failures = 0
where job_id = $1::uuid and state = 'failed'
