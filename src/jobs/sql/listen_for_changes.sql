-- no parameters; hears the ids of jobs that have changed
listen tenure_job_changes
