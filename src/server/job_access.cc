#include "server/job_access.h"

#include <fmt/format.h>

#include "base/error.h"

namespace tenure::server {
namespace {

constexpr Milliseconds kLookupTimeout{15000};

bool may_see(const TenancyServices* tenancy, const jobs::Job& job, const Request& request) {
  if (is_operator(request)) return true;
  const auto user = request.principal->user();
  if (job.initiated_by == user) return true;
  const auto* tenant = std::get_if<TenantId>(&job.subject);
  return tenant != nullptr && administers(tenancy, user, *tenant, request.call_within(kLookupTimeout));
}

}  // namespace

bool is_operator(const Request& request) {
  return request.principal->is_service() || request.principal->is_platform_admin;
}

bool administers(const TenancyServices* tenancy, const UserId& user, const TenantId& tenant, const Call& call) {
  if (tenancy == nullptr) return false;
  const auto role = tenancy->members.find_access(tenant, user, call).role;
  return role == tenancy::Role::owner || role == tenancy::Role::admin;
}

jobs::Job visible_job(jobs::JobStore& store, const TenancyServices* tenancy, const JobId& id, const Request& request) {
  auto job = store.find(id);
  if (!job || !may_see(tenancy, *job, request)) {
    throw Error(ErrorCode::not_found, fmt::format("job_id: there is no job {}", id.str()));
  }
  return std::move(*job);
}

jobs::Actor actor_of(const Request& request) { return request.actor().value(); }

}  // namespace tenure::server
