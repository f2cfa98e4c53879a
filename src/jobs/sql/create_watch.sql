-- no parameters; a script, safe to run again and from several processes at once
select pg_advisory_xact_lock(hashtext('tenure.create_schema'));

-- Whoever watches jobs is told which ones have changed, once a transaction; what has changed they read. Heartbeats
-- change nothing that is to be seen.
create or replace function tenure.tell_watchers() returns trigger
language plpgsql as $$
begin
    if tg_table_name = 'deletion_jobs' then
        perform pg_notify('tenure_job_changes', new.id::text);
    elsif tg_table_name = 'legal_holds' then
        perform pg_notify('tenure_job_changes', job.id::text)
        from tenure.deletion_jobs as job
        where job.tenant_id = new.tenant_id and job.completed_at is null;
    else
        perform pg_notify('tenure_job_changes', new.job_id::text);
    end if;
    return null;
end
$$;
-- Once: making them again would lock the tables against jobs that run.
do $$
begin
    if exists (select from pg_trigger where tgrelid = 'tenure.approvals'::regclass and tgname = 'approvals_are_watched') then
        return;
    end if;

    create trigger deletion_jobs_are_watched
        after insert or update of status, not_before, cancel_requested_at, run_at, priority, archive_shredded_at
        on tenure.deletion_jobs
        for each row execute function tenure.tell_watchers();
    create trigger deletion_steps_are_watched
        after update on tenure.deletion_steps
        for each row execute function tenure.tell_watchers();
    create trigger deletion_owned_tenants_are_watched
        after insert or update on tenure.deletion_owned_tenants
        for each row execute function tenure.tell_watchers();
    create trigger legal_holds_are_watched
        after insert or update on tenure.legal_holds
        for each row execute function tenure.tell_watchers();
    create trigger approvals_are_watched
        after insert or update on tenure.approvals
        for each row execute function tenure.tell_watchers();
end
$$;

-- What an overview looks at.
create index if not exists deletion_jobs_ended_idx on tenure.deletion_jobs (completed_at desc, id)
    where completed_at is not null;
create index if not exists job_transitions_newest_idx on tenure.job_transitions (at desc, job_id desc, number desc);
