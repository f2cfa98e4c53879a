-- no parameters; a script, safe to run again and from several processes at once
select pg_advisory_xact_lock(hashtext('tenure.create_schema'));

-- No column takes a free text: whatever goes wrong, no name and no address can come to stand here.
create table if not exists tenure.audit_entries (
    sequence   bigint primary key,
    at         timestamptz not null,
    action     tenure.audit_action not null,
    actor_kind tenure.audit_actor not null,
    actor      uuid,
    tenant     bytea,
    person     bytea,
    job        uuid,
    note       uuid not null unique,
    hash       bytea not null,
    constraint audit_entries_sequence check (sequence > 0),
    constraint audit_entries_hashes
        check (octet_length(hash) = 32 and octet_length(tenant) = 32 and octet_length(person) = 32)
);
create index if not exists audit_entries_tenant_idx on tenure.audit_entries (tenant, sequence) where tenant is not null;
create index if not exists audit_entries_job_idx on tenure.audit_entries (job, sequence) where job is not null;

-- Heads of the chain, signed. Whoever can change the chain can remove these: keep them elsewhere as well.
create table if not exists tenure.audit_checkpoints (
    sequence  bigint not null,
    key_id    bytea not null,
    hash      bytea not null,
    at        timestamptz not null,
    signature bytea not null,
    primary key (sequence, key_id),
    constraint audit_checkpoints_sizes
        check (sequence > 0 and octet_length(hash) = 32 and octet_length(key_id) = 16 and octet_length(signature) = 64)
);

create or replace function tenure.refuse_to_change_audit() returns trigger
language plpgsql as $$
begin
    raise exception 'the audit log is only added to';
end
$$;
create or replace trigger audit_entries_are_kept
    before update or delete on tenure.audit_entries
    for each row execute function tenure.refuse_to_change_audit();
create or replace trigger audit_entries_are_all_kept
    before truncate on tenure.audit_entries
    for each statement execute function tenure.refuse_to_change_audit();
create or replace trigger audit_checkpoints_are_kept
    before update or delete on tenure.audit_checkpoints
    for each row execute function tenure.refuse_to_change_audit();
create or replace trigger audit_checkpoints_are_all_kept
    before truncate on tenure.audit_checkpoints
    for each statement execute function tenure.refuse_to_change_audit();
revoke update, delete, truncate on tenure.audit_entries, tenure.audit_checkpoints from public, current_user;
