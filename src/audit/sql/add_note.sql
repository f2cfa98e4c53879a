-- $1 action, $2 actor kind, $3 actor id, $4 tenant id, $5 person's id, $6 job id; each from $3 on may be null
insert into tenure.audit_notes (action, actor_kind, actor_id, tenant_id, person_id, job_id)
values ($1::tenure.audit_action, $2::tenure.audit_actor, $3, $4::uuid, $5::uuid, $6::uuid)
