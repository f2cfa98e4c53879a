#include "server/job_routes.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "erasure/job_json.h"
#include "server/job_answer.h"
#include "server/tenant_rules.h"

namespace tenure::server {
namespace {

constexpr Milliseconds kLookupTimeout{15000};
constexpr Milliseconds kSweepTimeout{60000};

bool sees_all_jobs(const Request& request) {
  return request.principal->is_service() || request.principal->is_platform_admin;
}

/// Whether the person runs the tenant: its owner or an admin.
bool administers(const JobServices& services, const UserId& user, const TenantId& tenant, const Call& call) {
  if (services.tenancy == nullptr) return false;
  const auto role = services.tenancy->members.find_access(tenant, user, call).role;
  return role == tenancy::Role::owner || role == tenancy::Role::admin;
}

bool may_see(const JobServices& services, const jobs::Job& job, const Request& request) {
  if (sees_all_jobs(request)) return true;
  const auto user = request.principal->user();
  if (job.initiated_by == user) return true;
  const auto* tenant = std::get_if<TenantId>(&job.subject);
  return tenant != nullptr && administers(services, user, *tenant, request.call_within(kLookupTimeout));
}

Response show_job(const JobServices& services, const Request& request) {
  request.allow_query({});
  const auto id = JobId::parse(request.path_parameter("job_id"));
  const auto job = services.store.find(id);
  // One that the caller may not see is answered as one that is not there.
  if (!job || !may_see(services, *job, request)) {
    throw Error(ErrorCode::not_found, fmt::format("job_id: there is no job {}", id.str()));
  }
  return json_answer(200, erasure::job_to_json(*job));
}

jobs::JobFilter filter_of(const Request& request) {
  request.allow_query({"tenant_id", "user_id", "status", "limit", "cursor"});
  jobs::JobFilter filter;
  if (const auto tenant = request.query_value("tenant_id")) filter.tenant = TenantId::parse(*tenant);
  if (const auto user = request.query_value("user_id")) filter.user = UserId::parse(*user);
  if (const auto status = request.query_value("status")) filter.states = {jobs::parse_job_state(*status)};
  filter.limit = request.query_integer("limit", filter.limit);
  filter.cursor = request.query_value("cursor");
  return filter;
}

Response list_jobs(const JobServices& services, const Request& request) {
  const auto filter = filter_of(request);
  if (!sees_all_jobs(request)) {
    const auto user = request.principal->user();
    if (!filter.tenant || !administers(services, user, *filter.tenant, request.call_within(kLookupTimeout))) {
      throw Error(ErrorCode::forbidden, "tenant_id: only the jobs of a tenant that the caller owns or administers");
    }
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
  erasure::EraseTenant::Order order{.tenant = tenant};
  if (services.tenancy != nullptr && request.principal->is_user()) {
    if (auto refused = refuse_beside_other_admins(*services.tenancy, request, tenant, call)) return *refused;
    require_typed_name(*services.tenancy, request, tenant, call);
    order.initiated_by = request.principal->user();
  }
  return answer_for_job(services.runner, services.erase_tenant.enqueue(order, call), request);
}

Response sweep(const JobServices& services, const Request& request) {
  request.allow_query({});
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
