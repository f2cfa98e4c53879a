-- $1 job id, $2 run at (µs) or null to leave it, $3 priority or null to leave it
update tenure.deletion_jobs
set run_at   = coalesce(timestamptz 'epoch' + $2::bigint * interval '1 microsecond', run_at),
    priority = coalesce($3::smallint, priority)
where id = $1::uuid
