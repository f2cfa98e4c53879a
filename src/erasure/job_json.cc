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

json archive_to_json(const jobs::Job& job) {
  if (!job.archive_key && !job.archive_shredded_at) return {};
  return {{"retained_until", time_or_null(job.shred_after)}, {"destroyed_at", time_or_null(job.archive_shredded_at)}};
}

json approvals_to_json(const jobs::Job& job) {
  json list = json::array();
  for (const auto& approval : job.approvals) {
    list.push_back({{"approver", approval.approver.str()},
                    {"digest", approval.digest},
                    {"given_at", to_rfc3339(approval.given_at)},
                    {"lapsed_at", time_or_null(approval.lapsed_at)}});
  }
  return list;
}

/// What people have decided, and what the job waits for.
json decisions_to_json(const jobs::Job& job) {
  return {{"run_at", time_or_null(job.run_at)},
          {"priority", job.priority},
          {"on_failure", jobs::to_string(job.on_failure)},
          {"needs_approval", job.needs_approval},
          {"approvals", approvals_to_json(job)},
          {"cancel_requested",
           job.cancel_requested ? json{{"at", to_rfc3339(job.cancel_requested->at)}, {"by", job.cancel_requested->by}}
                                : json()},
          {"hold", job.held_since ? json{{"since", to_rfc3339(*job.held_since)}} : json()},
          {"waits_until", time_or_null(job.not_before)},
          {"archive", archive_to_json(job)}};
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
               {"created_at", to_rfc3339(job.created_at)},
               {"started_at", time_or_null(job.started_at)},
               {"completed_at", time_or_null(job.completed_at)},
               {"errors", job.error_log},
               {"trace_id", job.trace.trace_id()}};
  body.update(decisions_to_json(job));
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

json transition_to_json(const jobs::Transition& change) {
  return {{"number", change.number},          {"from", change.from ? json(jobs::to_string(*change.from)) : json()},
          {"to", jobs::to_string(change.to)}, {"epoch", change.epoch},
          {"by", jobs::to_string(change.by)}, {"reason", change.reason},
          {"at", to_rfc3339(change.at)}};
}

json transitions_to_json(const std::vector<jobs::Transition>& transitions) {
  json list = json::array();
  for (const auto& change : transitions) list.push_back(transition_to_json(change));
  return {{"transitions", std::move(list)}};
}

json hold_to_json(const jobs::LegalHold& hold, const TenantNames& names) {
  const auto name = names.find(hold.tenant);
  return {{"number", hold.number},
          {"tenant_id", hold.tenant.str()},
          {"tenant_name", name == names.end() ? json() : json(name->second)},
          {"reason", hold.reason},
          {"placed_by", hold.placed_by},
          {"placed_at", to_rfc3339(hold.placed_at)},
          {"released_by", hold.released_by ? json(*hold.released_by) : json()},
          {"released_at", time_or_null(hold.released_at)}};
}

json hold_page_to_json(const jobs::HoldPage& page, const TenantNames& names) {
  json list = json::array();
  for (const auto& hold : page.holds) list.push_back(hold_to_json(hold, names));
  return {{"holds", std::move(list)}, {"next_cursor", page.next.empty() ? json() : json(page.next)}};
}

json preview_to_json(const DeletionPreview& preview) {
  return {{"tenant_id", preview.tenant.str()},
          {"tenant_name", preview.tenant_name ? json(*preview.tenant_name) : json()},
          {"total_items", preview.total_items()},
          {"retained_seconds", preview.retention ? json(preview.retention->count()) : json()},
          {"services_failed", count_failed(preview.services)},
          {"services", services_to_json(preview.services, preview.tenant)},
          {"digest", digest_of(preview.services)}};
}

json user_preview_to_json(const UserDeletionPreview& preview) {
  json owned = json::array();
  for (const auto& tenant : preview.owned_tenants) {
    owned.push_back({{"tenant_id", tenant.tenant.str()},
                     {"tenant_name", tenant.tenant_name},
                     {"outcome", tenant.is_blocked  ? "blocked"
                                 : tenant.new_owner ? "transfer"
                                                    : "delete"},
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
