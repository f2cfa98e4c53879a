-- $1 job id, $2 service.
SELECT restored_counts, reverted_counts FROM tenure.restorations WHERE job_id = $1 AND service = $2
