-- no parameters; the channel of notify_workers.sql
listen tenure_jobs
