-- Milliseconds by which the standby that is furthest behind is behind; whether others work on this server: a client that
-- is not ours has done something within the last two seconds, or this role may not see whether it has.
SELECT (SELECT coalesce(max(extract(epoch FROM replay_lag) * 1000), 0)::bigint FROM pg_catalog.pg_stat_replication),
       EXISTS (SELECT FROM pg_catalog.pg_stat_activity
               WHERE datid IS NOT NULL AND usesysid IS NOT NULL AND application_name <> 'tenure'
                     AND coalesce(backend_type, 'client backend') = 'client backend'
                     AND coalesce(state_change > clock_timestamp() - interval '2 seconds', true))
