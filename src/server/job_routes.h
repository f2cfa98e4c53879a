#pragma once

#include "erasure/erase_tenant.h"
#include "erasure/job_runner.h"
#include "erasure/soft_delete_sweep.h"
#include "jobs/job_store.h"
#include "server/job_answer.h"
#include "server/router.h"
#include "server/tenant_routes.h"

namespace tenure::server {

/// What the routes work with; all of it outlives the router.
struct JobServices {
  jobs::JobStore& store;
  erasure::EraseTenant& erase_tenant;
  erasure::JobRunner& runner;
  Turns& waits;                               ///< for the end of a job
  const TenancyServices* tenancy = nullptr;   ///< null where the estate's tenants are not managed: then services only
  erasure::SoftDeleteSweep* sweep = nullptr;  ///< likewise
};

/// Deletion jobs and a tenant's deletion (spec B1, C4, C12):
///
///     GET    /api/v1/auth/deletion-jobs/{job_id}
///     GET    /api/v1/auth/deletion-jobs?tenant_id&user_id&initiated_by&kind&status&limit&cursor
///     GET    /api/v1/deletion-preview/{tenant_id}
///     DELETE /api/v1/tenants/{tenant_id}   {"confirm": name} from a person, {"run_at", "priority"}
///     POST   /api/v1/tenants/sweep         → {"started": [job ids], "errors": […]}, where tenants are managed
///
/// Services and platform admins see all jobs; a tenant's owner and admins its jobs, and whoever started a job that one:
/// the list wants a tenant_id of theirs, or their own id as initiated_by.
/// The DELETE answers with the job's result when the job has ended: 200 when it completed, 500 when it failed. With
/// `Prefer: respond-async`, when too many others wait, or when the job takes longer than ten minutes or waits for its
/// time, an approval or the release of a hold, it answers 202 with the job's Location. `status` may be several,
/// separated by commas.
void add_job_routes(Router& router, const JobServices& services);

}  // namespace tenure::server
