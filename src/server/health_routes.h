#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "server/router.h"

namespace tenure::server {

/// Something that must be in order for the process to serve. `check` throws, with the reason, when it is not.
struct HealthCheck {
  std::string name;
  std::function<void(const Call& call)> check;
};

inline constexpr std::string_view kLivePath = "/health/live";

/// GET /health/live (always 200 while the process answers), and /health/ready and /api/v1/health/, which run every
/// check and answer 503 with the reasons when one fails (spec D11). Public, so the reasons are few and name nothing;
/// the log has the whole of them.
void add_health_routes(Router& router, std::vector<HealthCheck> checks);

}  // namespace tenure::server
