-- $1 job id; a row when something may have been deleted. Only sure about a job whose row is locked
select
where exists (
    select from tenure.deletion_steps
    where job_id = $1::uuid
      and (state in ('running', 'done', 'unknown') or (state = 'failed' and (total > 0 or changed_counts <> '{}'))))
   or exists (select from tenure.deletion_owned_tenants where job_id = $1::uuid)
