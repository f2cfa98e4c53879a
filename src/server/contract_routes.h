#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "server/router.h"
#include "store/tenant_data_store.h"

namespace tenure::server {

/// A service of the estate whose data this process holds.
struct HostedService {
  std::string name;
  std::string prefix;
  std::string user_path = "user";  ///< as the estate says; "user" is always there as well
  Milliseconds timeout{60'000};
  store::TenantDataStore* data_store;  ///< not owned
};

/// The standard deletion contract over HTTP (spec A1, A2, A8), for every hosted service:
///   GET    /api/v1/{prefix}/tenant/{tenant_id}/deletion-preview
///   DELETE /api/v1/{prefix}/tenant/{tenant_id}
///   GET    /api/v1/{prefix}/{user_path}/{user_id}/deletion-preview
///   DELETE /api/v1/{prefix}/{user_path}/{user_id}
/// and, to take what a job has erased back from its archive,
///   POST   /api/v1/{prefix}/tenant/{tenant_id}/restore
///   POST   /api/v1/{prefix}/{user_path}/{user_id}/restore
/// Service tokens only. DELETE reads Idempotency-Key, X-Tenure-Job, X-Tenure-Epoch and X-Tenure-Archive-Key; POST needs
/// the last three. When a DELETE fails, the status
/// is that of the error, and the body is its problem+json with the contract's "summary" beside it.
void add_contract_routes(Router& router, const std::vector<HostedService>& services, const Clock& clock);

}  // namespace tenure::server
