#include "server/health_routes.h"

#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "base/error.h"

namespace tenure::server {
namespace {

constexpr Milliseconds kCheckTimeout{5'000};

struct Failure {
  std::string_view reason;  ///< for anyone; the error's own text names hosts and roles
  std::string text;
};

std::string_view reason_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::unavailable:
      return "cannot be reached";
    case ErrorCode::timeout:
      return "does not answer in time";
    case ErrorCode::stale:
      return "has migrations to be applied";
    default:
      return "is not in order";
  }
}

std::optional<Failure> failure_of(const HealthCheck& check, const Call& call) {
  try {
    check.check(call);
    return std::nullopt;
  } catch (const Error& error) {
    return Failure{reason_of(error.code()), error.what()};
  } catch (const std::exception&) {
    return Failure{reason_of(ErrorCode::internal), "an exception that is not Tenure's"};
  }
}

Response run_checks(const std::vector<HealthCheck>& checks, const Request& request) {
  nlohmann::json results = nlohmann::json::object();
  std::string failures;
  const auto call = request.call_within(kCheckTimeout);
  for (const auto& check : checks) {
    auto& result = results[check.name] = {{"status", "ok"}};
    if (const auto failure = failure_of(check, call)) {
      result = {{"status", "failed"}, {"reason", failure->reason}};
      failures += fmt::format("{}{}: {}", failures.empty() ? "" : "; ", check.name, failure->text);
    }
  }
  const bool is_healthy = failures.empty();
  auto response = json_answer(is_healthy ? 200 : 503,
                              {{"status", is_healthy ? "ok" : "unavailable"}, {"checks", std::move(results)}});
  if (!is_healthy) response.headers["Retry-After"] = "5";
  response.failure = std::move(failures);
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
