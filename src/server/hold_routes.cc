#include <nlohmann/json.hpp>

#include "base/error.h"
#include "erasure/job_json.h"
#include "server/body.h"
#include "server/decision_routes.h"
#include "server/job_access.h"

namespace tenure::server {
namespace {

TenantId tenant_of(const Request& request) { return TenantId::parse(request.path_parameter("tenant_id")); }

bool wants_released(const Request& request) {
  const auto given = request.query_value("released").value_or("false");
  if (given != "true" && given != "false") throw Error(ErrorCode::invalid_argument, "released: neither true nor false");
  return given == "true";
}

Response place(const DecisionServices& services, const Request& request) {
  request.allow_query({});
  Body body(request, {"tenant_id", "reason"});
  const auto tenant = body.text("tenant_id");
  const auto reason = body.text("reason");
  body.check();
  const auto hold = services.holds.place(TenantId::parse(tenant), reason, actor_of(request));
  return json_answer(201, erasure::hold_to_json(hold));
}

Response list(const DecisionServices& services, const Request& request) {
  request.allow_query({"tenant_id", "released", "limit", "cursor"});
  jobs::HoldFilter filter{.with_released = wants_released(request),
                          .limit = request.query_integer("limit", 100),
                          .cursor = request.query_value("cursor")};
  if (const auto tenant = request.query_value("tenant_id")) filter.tenant = TenantId::parse(*tenant);
  return json_answer(200, erasure::hold_page_to_json(services.holds.list(filter)));
}

Response release(const DecisionServices& services, const Request& request) {
  request.allow_query({});
  Body(request, {}).check();
  const auto hold = services.holds.release(tenant_of(request), actor_of(request));
  services.jobs.runner.wake();
  return json_answer(200, erasure::hold_to_json(hold));
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
