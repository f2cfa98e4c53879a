#pragma once

#include "erasure/erase_user.h"
#include "erasure/job_decisions.h"
#include "jobs/legal_holds.h"
#include "server/job_routes.h"

namespace tenure::server {

/// What the routes work with; all of it outlives the router.
struct DecisionServices {
  JobServices jobs;
  erasure::JobDecisions& decisions;
  erasure::EraseUser& erase_user;
  jobs::LegalHolds& holds;
};

/// What people decide about deletion jobs (spec C9, C10):
///
///     POST   /api/v1/auth/deletion-jobs   {"tenant_id" or "user_id", "run_at", "priority", "confirm"}  → 202, Location
///     PATCH  /api/v1/auth/deletion-jobs/{job_id}   {"run_at", "priority"}
///     POST   /api/v1/auth/deletion-jobs/{job_id}/cancel
///     POST   /api/v1/auth/deletion-jobs/{job_id}/approve   {"digest"}, by a service with "approver"
///     POST   /api/v1/auth/deletion-jobs/{job_id}/retry
///     POST   /api/v1/auth/deletion-jobs/{job_id}/restore
///     GET    /api/v1/auth/deletion-jobs/{job_id}/transitions
///
/// Each decision answers with the job as it then is: 200, or 202 when an orchestrator has work to do first. Who may see
/// a job may see its history. A tenant's owner and admins order and cancel its deletion; the rest is for services and
/// platform admins.
void add_decision_routes(Router& router, const DecisionServices& services);

/// Legal holds (spec C10), for services and platform admins:
///
///     POST /api/v1/legal-holds   {"tenant_id", "reason"}  → 201
///     GET  /api/v1/legal-holds?tenant_id&released&limit&cursor
///     POST /api/v1/legal-holds/{tenant_id}/release
void add_hold_routes(Router& router, const DecisionServices& services);

}  // namespace tenure::server
