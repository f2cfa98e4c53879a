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

json service_preview_to_json(const ServicePreview& service, const TenantId& tenant) {
  if (service.preview) return store::preview_to_json(service.service, tenant, *service.preview);
  return {{"tenant_id", tenant.str()}, {"service", service.service}, {"errors", service.errors}};
}

}  // namespace

json job_to_json(const jobs::Job& job) {
  json results = json::object();
  for (const auto& step : job.steps) results[step.service] = step_to_json(step);
  return {{"job_id", job.id.str()},
          {"status", jobs::to_string(job.state)},
          {"tenant_id", job.tenant.str()},
          {"tenant_name", job.tenant_name ? json(*job.tenant_name) : json()},
          {"initiated_by", job.initiated_by ? json(job.initiated_by->str()) : json()},
          {"total_items_deleted", job.total_items_deleted},
          {"services_completed", count_steps(job, {StepState::done})},
          {"services_failed", count_steps(job, {StepState::failed, StepState::unknown})},
          {"service_results", std::move(results)},
          {"duration", duration_of(job)},
          {"started_at", time_or_null(job.started_at)},
          {"completed_at", time_or_null(job.completed_at)}};
}

json job_page_to_json(const jobs::JobPage& page) {
  json list = json::array();
  for (const auto& job : page.jobs) list.push_back(job_to_json(job));
  return {{"jobs", std::move(list)}, {"next_cursor", page.next.empty() ? json() : json(page.next)}};
}

json preview_to_json(const DeletionPreview& preview) {
  json services = json::object();
  std::int64_t failed = 0;
  for (const auto& service : preview.services) {
    services[service.service] = service_preview_to_json(service, preview.tenant);
    failed += service.preview ? 0 : 1;
  }
  return {{"tenant_id", preview.tenant.str()},
          {"tenant_name", preview.tenant_name ? json(*preview.tenant_name) : json()},
          {"total_items", preview.total_items()},
          {"services_failed", failed},
          {"services", std::move(services)}};
}

}  // namespace tenure::erasure
