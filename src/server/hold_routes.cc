#include <nlohmann/json.hpp>

#include "base/error.h"
#include "erasure/job_json.h"
#include "server/body.h"
#include "server/decision_routes.h"
#include "server/job_access.h"

namespace tenure::server {
namespace {

constexpr Milliseconds kLookupTimeout{5000};

TenantId tenant_of(const Request& request) { return TenantId::parse(request.path_parameter("tenant_id")); }

bool wants_released(const Request& request) {
  const auto given = request.query_value("released").value_or("false");
  if (given != "true" && given != "false") throw Error(ErrorCode::invalid_argument, "released: neither true nor false");
  return given == "true";
}

/// Without those whom nobody can be asked for now: a hold is placed and released whatever has become of names.
erasure::TenantNames names_of(const DecisionServices& services, const std::vector<TenantId>& tenants,
                              const Request& request) {
  if (services.jobs.tenancy == nullptr) return {};
  try {
    return services.jobs.tenancy->tenants.names(tenants, request.call_within(kLookupTimeout));
  } catch (const Error& error) {
    if (error.code() != ErrorCode::unavailable && error.code() != ErrorCode::timeout) throw;
    return {};
  }
}

Response answer_for(const DecisionServices& services, int status, const jobs::LegalHold& hold, const Request& request) {
  return json_answer(status, erasure::hold_to_json(hold, names_of(services, {hold.tenant}, request)));
}

Response place(const DecisionServices& services, const Request& request) {
  request.allow_query({});
  Body body(request, {"tenant_id", "reason"});
  const auto tenant = body.text("tenant_id");
  const auto reason = body.text("reason");
  body.check();
  const auto hold = services.holds.place(TenantId::parse(tenant), reason, actor_of(request));
  return answer_for(services, 201, hold, request);
}

Response list(const DecisionServices& services, const Request& request) {
  request.allow_query({"tenant_id", "released", "limit", "cursor"});
  jobs::HoldFilter filter{.with_released = wants_released(request),
                          .limit = request.query_integer("limit", 100),
                          .cursor = request.query_value("cursor")};
  if (const auto tenant = request.query_value("tenant_id")) filter.tenant = TenantId::parse(*tenant);
  const auto page = services.holds.list(filter);
  std::vector<TenantId> tenants;
  for (const auto& hold : page.holds) tenants.push_back(hold.tenant);
  return json_answer(200, erasure::hold_page_to_json(page, names_of(services, tenants, request)));
}

Response release(const DecisionServices& services, const Request& request) {
  request.allow_query({});
  Body(request, {}).check();
  const auto hold = services.holds.release(tenant_of(request), actor_of(request));
  services.jobs.runner.wake();
  return answer_for(services, 200, hold, request);
}

}  // namespace

void add_hold_routes(Router& router, const DecisionServices& services) {
  const auto add = [&](const char* method, const char* pattern,
                       Response (*handler)(const DecisionServices&, const Request&)) {
    router.add({.method = method,
                .pattern = pattern,
                .access = AccessRule::of(Permission::legal_holds),
                .handler = [services, handler](const Request& request) { return handler(services, request); }});
  };
  add("POST", "/api/v1/legal-holds", &place);
  add("GET", "/api/v1/legal-holds", &list);
  add("POST", "/api/v1/legal-holds/{tenant_id}/release", &release);
}

}  // namespace tenure::server
