#include "erasure/job_json.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "store/contract_json.h"

namespace tenure::erasure {
namespace {

using jobs::StepState;
using nlohmann::json;

double seconds(Milliseconds duration) { return static_cast<double>(duration.count()) / 1000.0; }

json time_or_null(const std::optional<WallTime>& time) { return time ? json(to_rfc3339(*time)) : json(); }

json duration_of(const jobs::Job& job) {
  if (!job.started_at || !job.completed_at) return {};
  return seconds(std::chrono::duration_cast<Milliseconds>(*job.completed_at - *job.started_at));
}

std::int64_t count_steps(const jobs::Job& job, std::initializer_list<StepState> states) {
  return std::count_if(job.steps.begin(), job.steps.end(), [&](const auto& step) {
    return std::find(states.begin(), states.end(), step.state) != states.end();
  });
}

json step_to_json(const jobs::Step& step) {
  return {{"status", jobs::to_string(step.state)},
          {"deleted_counts", step.deleted_counts},
          {"total", step.total},
          {"errors", step.errors},
          {"attempts", step.attempts},
          {"duration", seconds(step.duration)}};
}

const char* name_of_id(const Subject& subject) {
  return kind_of(subject) == SubjectKind::tenant ? "tenant_id" : "user_id";
}

json service_preview_to_json(const ServicePreview& service, const Subject& subject) {
  if (service.preview) return store::preview_to_json(service.service, subject, *service.preview);
  return {{name_of_id(subject), id_of(subject)}, {"service", service.service}, {"errors", service.errors}};
}

json services_to_json(const std::vector<ServicePreview>& services, const Subject& subject) {
  json body = json::object();
  for (const auto& service : services) body[service.service] = service_preview_to_json(service, subject);
  return body;
}

std::int64_t count_failed(const std::vector<ServicePreview>& services) {
  return std::count_if(services.begin(), services.end(), [](const auto& service) { return !service.preview; });
}

template <class AnyId>
json id_or_null(const std::optional<AnyId>& id) {
  return id ? json(id->str()) : json();
}

json owned_tenant_to_json(const jobs::OwnedTenant& owned) {
  return {{"tenant_id", owned.tenant.str()},
          {"outcome", owned.new_owner ? "transferred" : "deleted"},
          {"new_owner_id", id_or_null(owned.new_owner)},
          {"deletion_job_id", id_or_null(owned.deletion_job)},
          {"status", jobs::to_string(owned.state)},
          {"errors", owned.errors}};
}

}  // namespace

json job_to_json(const jobs::Job& job) {
  json results = json::object();
  for (const auto& step : job.steps) results[step.service] = step_to_json(step);
  json body = {{"job_id", job.id.str()},
               {"status", jobs::to_string(job.state)},
               {"tenant_id", kind_of(job.subject) == SubjectKind::tenant ? json(id_of(job.subject)) : json()},
               {"tenant_name", job.tenant_name ? json(*job.tenant_name) : json()},
               {"initiated_by", id_or_null(job.initiated_by)},
               {"total_items_deleted", job.total_items_deleted},
               {"services_completed", count_steps(job, {StepState::done})},
               {"services_failed", count_steps(job, {StepState::failed, StepState::unknown})},
               {"service_results", std::move(results)},
               {"duration", duration_of(job)},
               {"started_at", time_or_null(job.started_at)},
               {"completed_at", time_or_null(job.completed_at)}};
  if (kind_of(job.subject) == SubjectKind::user) {
    body["user_id"] = id_of(job.subject);
    body["owned_tenants"] = json::array();
    for (const auto& owned : job.owned_tenants) body["owned_tenants"].push_back(owned_tenant_to_json(owned));
  }
  return body;
}

json job_page_to_json(const jobs::JobPage& page) {
  json list = json::array();
  for (const auto& job : page.jobs) list.push_back(job_to_json(job));
  return {{"jobs", std::move(list)}, {"next_cursor", page.next.empty() ? json() : json(page.next)}};
}

json preview_to_json(const DeletionPreview& preview) {
  return {{"tenant_id", preview.tenant.str()},
          {"tenant_name", preview.tenant_name ? json(*preview.tenant_name) : json()},
          {"total_items", preview.total_items()},
          {"retained_seconds", preview.retention ? json(preview.retention->count()) : json()},
          {"services_failed", count_failed(preview.services)},
          {"services", services_to_json(preview.services, preview.tenant)}};
}

json user_preview_to_json(const UserDeletionPreview& preview) {
  json owned = json::array();
  for (const auto& tenant : preview.owned_tenants) {
    owned.push_back({{"tenant_id", tenant.tenant.str()},
                     {"tenant_name", tenant.tenant_name},
                     {"outcome", tenant.new_owner ? "transfer" : "delete"},
                     {"new_owner_id", id_or_null(tenant.new_owner)}});
  }
  return {{"user_id", preview.user.str()},
          {"owned_tenants", std::move(owned)},
          {"memberships", preview.memberships},
          {"total_items", preview.total_items()},
          {"services_failed", count_failed(preview.services)},
          {"services", services_to_json(preview.services, preview.user)}};
}

}  // namespace tenure::erasure
