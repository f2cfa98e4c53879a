#pragma once

#include <optional>
#include <vector>

#include "server/audit_routes.h"
#include "server/auth_routes.h"
#include "server/contract_routes.h"
#include "server/decision_routes.h"
#include "server/health_routes.h"
#include "server/job_routes.h"
#include "server/metrics_routes.h"
#include "server/place_routes.h"
#include "server/report_routes.h"
#include "server/schema_routes.h"
#include "server/tenant_routes.h"
#include "server/user_deletion_routes.h"

namespace tenure::server {

/// What a process serves; a part that is absent has no routes. All that is referred to outlives the router.
struct ApiServices {
  std::vector<HostedService> hosted;
  std::vector<HealthCheck> health;
  MetricsText metrics;
  const identity::SigningKeys& keys;
  const Clock& clock;
  std::optional<AuthServices> accounts;               ///< where Tenure keeps accounts
  std::optional<TenancyServices> tenancy;             ///< where Tenure keeps tenants
  std::optional<JobServices> jobs;                    ///< where this process runs deletion jobs
  std::optional<UserDeletionServices> user_deletion;  ///< likewise
  std::optional<DecisionServices> decisions;          ///< likewise
  std::optional<ReportServices> reports;              ///< likewise
  pg::Pool* control = nullptr;                        ///< likewise, for what is shown of all jobs at once
  std::vector<SchemaService> schemas = {};            ///< likewise
  std::vector<PlacedService> places = {};             ///< all of the estate, where Tenure keeps tenants
  AuditLog audit = {};                                ///< likewise
  std::vector<Network> trusted_proxies = {};
};

/// Every route there is: the one list of them.
void add_api_routes(Router& router, const ApiServices& services);

}  // namespace tenure::server
