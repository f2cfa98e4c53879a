#pragma once

#include "jobs/job_store.h"
#include "server/http.h"
#include "server/tenant_routes.h"

/// Who may see deletion jobs, and decide about them.
namespace tenure::server {

/// Services and platform admins, who see and steer all jobs.
bool is_operator(const Request& request);

/// Whether the person runs the tenant: its owner or an admin. False where the estate's tenants are not managed.
bool administers(const TenancyServices* tenancy, const UserId& user, const TenantId& tenant, const Call& call);

/// The job, when the caller may see it: an operator, its tenant's owner and admins, and whoever started it.
/// @throws Error(not_found) otherwise, as for one that is not there.
jobs::Job visible_job(jobs::JobStore& store, const TenancyServices* tenancy, const JobId& job, const Request& request);

/// Who the caller is to a job's history.
jobs::Actor actor_of(const Request& request);

}  // namespace tenure::server
