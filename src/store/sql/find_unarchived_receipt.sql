-- $1 job id. Whether the job has erased something here without an archive, so that nothing can bring it back: as a whole,
-- or in chunks so far.
SELECT EXISTS (SELECT FROM (SELECT deleted_counts, changed_counts FROM tenure.receipts WHERE job_id = $1
                            UNION ALL
                            SELECT deleted_counts, changed_counts FROM tenure.erasure_progress WHERE job_id = $1) AS r
               CROSS JOIN LATERAL (SELECT value FROM jsonb_each_text(r.deleted_counts)
                                   UNION ALL SELECT value FROM jsonb_each_text(r.changed_counts)) AS c (rows)
               WHERE c.rows::bigint > 0)
       AND NOT EXISTS (SELECT FROM tenure.archive_marks WHERE job_id = $1)
