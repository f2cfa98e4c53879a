-- $1 what read_record.sql gave; whether its tenant was erased from this database, and not taken back
SELECT EXISTS (SELECT FROM tenure.receipts r
               WHERE r.subject_kind = 'tenant' AND r.subject_id = ($1::json ->> 'tenant_id')::uuid
                 AND NOT EXISTS (SELECT FROM tenure.restorations t WHERE t.job_id = r.job_id AND t.subject_id = r.subject_id))
