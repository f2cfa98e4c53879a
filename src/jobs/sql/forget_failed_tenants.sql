-- $1 job id; what becomes of owned tenants that could neither be handed over nor deleted is decided anew
delete from tenure.deletion_owned_tenants where job_id = $1::uuid and state = 'failed'
