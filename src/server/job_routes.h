#pragma once

#include "erasure/erase_tenant.h"
#include "erasure/job_runner.h"
#include "jobs/job_store.h"
#include "server/router.h"

namespace tenure::server {

/// What the routes work with; all of it outlives the router.
struct JobServices {
  jobs::JobStore& store;
  erasure::Orchestrator& orchestrator;
  erasure::EraseTenant& erase_tenant;
  erasure::JobRunner& runner;
};

/// Deletion jobs and what starts them (spec B1, C4, C12), for services:
///
///     GET    /api/v1/auth/deletion-jobs/{job_id}
///     GET    /api/v1/auth/deletion-jobs?tenant_id&status&limit&cursor
///     GET    /api/v1/deletion-preview/{tenant_id}
///     DELETE /api/v1/tenants/{tenant_id}
///
/// The DELETE answers with the job's result when the job has ended: 200 when it completed, 500 when it failed. With
/// `Prefer: respond-async`, or when the job takes longer than ten minutes, it answers 202 with the job's Location.
void add_job_routes(Router& router, const JobServices& services);

}  // namespace tenure::server
