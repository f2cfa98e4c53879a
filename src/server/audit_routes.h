#pragma once

#include <functional>

#include "audit/keeper.h"
#include "server/router.h"

namespace tenure::server {

/// The audit log of this process's estate, made when it is first asked for.
using AuditLog = std::function<audit::Keeper&()>;

/// The audit log, for operators (spec E6). What `log` refers to outlives the router:
///
///     GET /api/v1/audit?tenant_id&job_id&since&limit&cursor   its entries, the newest first
///
/// With them the last "checkpoint", as it is kept beside the log: {"sequence", "hash", "at", "key_id"}, or null.
void add_audit_routes(Router& router, AuditLog log);

}  // namespace tenure::server
