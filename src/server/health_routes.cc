#include "server/health_routes.h"

#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/error.h"

namespace tenure::server {
namespace {

constexpr Milliseconds kCheckTimeout{5'000};

/// Empty when the check passes.
std::string failure_of(const HealthCheck& check, const Call& call) {
  try {
    check.check(call);
    return {};
  } catch (const Error& error) {
    return error.what();
  } catch (const std::exception&) {
    return "failed";
  }
}

Response run_checks(const std::vector<HealthCheck>& checks, const Request& request) {
  nlohmann::json results = nlohmann::json::object();
  bool is_healthy = true;
  const auto call = request.call_within(kCheckTimeout);
  for (const auto& check : checks) {
    const auto failure = failure_of(check, call);
    results[check.name] =
        failure.empty() ? nlohmann::json{{"status", "ok"}} : nlohmann::json{{"status", "failed"}, {"reason", failure}};
    is_healthy = is_healthy && failure.empty();
  }
  auto response = json_answer(is_healthy ? 200 : 503,
                              {{"status", is_healthy ? "ok" : "unavailable"}, {"checks", std::move(results)}});
  if (!is_healthy) response.headers["Retry-After"] = "5";
  return response;
}

}  // namespace

void add_health_routes(Router& router, std::vector<HealthCheck> checks) {
  router.add({.method = "GET",
              .pattern = std::string(kLivePath),
              .access = AccessRule::of(Permission::read_health),
              .handler = [](const Request&) {
                return json_answer(200, {{"status", "ok"}});
              }});
  const auto shared = std::make_shared<const std::vector<HealthCheck>>(std::move(checks));
  for (const auto* pattern : {"/health/ready", "/api/v1/health", "/api/v1/health/"}) {
    router.add({.method = "GET",
                .pattern = pattern,
                .access = AccessRule::of(Permission::read_health),
                .handler = [shared](const Request& request) { return run_checks(*shared, request); }});
  }
}

}  // namespace tenure::server
