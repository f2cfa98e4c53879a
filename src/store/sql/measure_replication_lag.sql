-- Milliseconds by which the standby that is furthest behind is behind.
SELECT coalesce(max(extract(epoch FROM replay_lag) * 1000), 0)::bigint FROM pg_catalog.pg_stat_replication
