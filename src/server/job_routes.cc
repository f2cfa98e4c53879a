#include "server/job_routes.h"

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "erasure/job_json.h"
#include "server/body.h"
#include "server/job_access.h"
#include "server/job_answer.h"
#include "server/order_terms.h"
#include "server/tenant_rules.h"

namespace tenure::server {
namespace {

constexpr Milliseconds kLookupTimeout{15000};
constexpr Milliseconds kSweepTimeout{60000};

/// "pending,running"
std::vector<jobs::JobState> states_in(std::string_view text) {
  std::vector<jobs::JobState> states;
  for (;;) {
    const auto comma = text.find(',');
    states.push_back(jobs::parse_job_state(text.substr(0, comma)));
    if (comma == std::string_view::npos) return states;
    text.remove_prefix(comma + 1);
  }
}

SubjectKind kind_in(std::string_view text) {
  if (text != "tenant" && text != "user") throw Error(ErrorCode::invalid_argument, "kind: neither tenant nor user");
  return text == "tenant" ? SubjectKind::tenant : SubjectKind::user;
}

Response show_job(const JobServices& services, const Request& request) {
  request.allow_query({});
  const auto id = JobId::parse(request.path_parameter("job_id"));
  return json_answer(200, erasure::job_to_json(visible_job(services.store, services.tenancy, id, request)));
}

jobs::JobFilter filter_of(const Request& request) {
  request.allow_query({"tenant_id", "user_id", "initiated_by", "kind", "status", "limit", "cursor"});
  jobs::JobFilter filter;
  if (const auto tenant = request.query_value("tenant_id")) filter.tenant = TenantId::parse(*tenant);
  if (const auto user = request.query_value("user_id")) filter.user = UserId::parse(*user);
  if (const auto by = request.query_value("initiated_by")) filter.initiated_by = UserId::parse(*by);
  if (const auto status = request.query_value("status")) filter.states = states_in(*status);
  if (const auto kind = request.query_value("kind")) filter.kind = kind_in(*kind);
  filter.limit = request.query_integer("limit", filter.limit);
  filter.cursor = request.query_value("cursor");
  return filter;
}

/// As visible_job() decides it of one: those that the caller ordered, or a tenant's whose owner or admin they are.
bool may_list(const JobServices& services, const jobs::JobFilter& filter, const Request& request) {
  if (is_operator(request)) return true;
  const auto user = request.principal->user();
  if (filter.initiated_by == user) return true;
  return filter.tenant && administers(services.tenancy, user, *filter.tenant, request.call_within(kLookupTimeout));
}

Response list_jobs(const JobServices& services, const Request& request) {
  const auto filter = filter_of(request);
  if (!may_list(services, filter, request)) {
    throw Error(ErrorCode::forbidden,
                "tenant_id: only the jobs of a tenant that the caller owns or administers, or that they ordered");
  }
  return json_answer(200, erasure::job_page_to_json(services.store.list(filter)));
}

Response preview_tenant(const JobServices& services, const Request& request) {
  request.allow_query({});
  const auto preview = services.erase_tenant.preview(request.tenant.value(), request.call_within(kLookupTimeout));
  return json_answer(200, erasure::preview_to_json(preview));
}

Response erase_tenant(const JobServices& services, const Request& request) {
  request.allow_query({});
  const auto call = request.call_within(kLookupTimeout);
  const auto tenant = request.tenant.value();
  Body body(request, {"confirm", "run_at", "priority"});
  const auto typed = body.optional_text("confirm").value_or("");
  const auto terms = order_terms_of(body, request);
  body.check();
  erasure::EraseTenant::Order order{
      .tenant = tenant, .run_at = terms.run_at, .priority = terms.priority.value_or(0), .by = actor_of(request)};
  if (services.tenancy != nullptr && request.principal->is_user()) {
    if (auto refused = refuse_beside_other_admins(*services.tenancy, request, tenant, call)) return *refused;
    require_typed_name(*services.tenancy, request, tenant, typed, call);
    order.initiated_by = request.principal->user();
  }
  return answer_for_job(services.runner, services.waits, services.erase_tenant.enqueue(order, call), request);
}

Response sweep(const JobServices& services, const Request& request) {
  request.allow_query({});
  Body(request, {}).check();
  const auto outcome = services.sweep->sweep(request.call_within(kSweepTimeout));
  services.runner.wake();
  nlohmann::json started = nlohmann::json::array();
  for (const auto& job : outcome.started) started.push_back(job.str());
  return json_answer(200, {{"started", std::move(started)}, {"errors", outcome.errors}});
}

}  // namespace

void add_job_routes(Router& router, const JobServices& services) {
  const auto add = [&](const char* method, const char* pattern, Permission permission,
                       Response (*handler)(const JobServices&, const Request&)) {
    router.add({.method = method,
                .pattern = pattern,
                .access = AccessRule::of(permission),
                .handler = [services, handler](const Request& request) { return handler(services, request); }});
  };
  add("GET", "/api/v1/auth/deletion-jobs/{job_id}", Permission::read_deletion_jobs, &show_job);
  add("GET", "/api/v1/auth/deletion-jobs", Permission::read_deletion_jobs, &list_jobs);
  add("GET", "/api/v1/deletion-preview/{tenant_id}", Permission::preview_tenant_deletion, &preview_tenant);
  add("DELETE", "/api/v1/tenants/{tenant_id}", Permission::delete_tenant, &erase_tenant);
  if (services.sweep != nullptr) add("POST", "/api/v1/tenants/sweep", Permission::sweep_tenants, &sweep);
}

}  // namespace tenure::server
