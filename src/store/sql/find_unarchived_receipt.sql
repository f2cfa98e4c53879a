-- $1 job id. Whether the job has erased something here without an archive, so that nothing can bring it back.
SELECT EXISTS (SELECT FROM tenure.receipts r
               CROSS JOIN LATERAL (SELECT value FROM jsonb_each_text(r.deleted_counts)
                                   UNION ALL SELECT value FROM jsonb_each_text(r.changed_counts)) AS c (rows)
               WHERE r.job_id = $1 AND c.rows::bigint > 0)
       AND NOT EXISTS (SELECT FROM tenure.archive_marks WHERE job_id = $1)
