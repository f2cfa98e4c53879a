#include "reports/deletion_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/error.h"

namespace tenure::reports {
namespace {

using jobs::Job;
using jobs::JobState;
using jobs::Step;
using nlohmann::json;

json time_or_null(const std::optional<WallTime>& time) { return time ? json(to_rfc3339(*time)) : json(); }

template <class AnyId>
json id_or_null(const std::optional<AnyId>& id) {
  return id ? json(id->str()) : json();
}

json duration_of(const Job& job) {
  if (!job.started_at) return {};
  return std::chrono::duration_cast<Milliseconds>(*job.completed_at - *job.started_at).count();
}

std::int64_t sum(const jobs::Counts& counts) {
  std::int64_t total = 0;
  for (const auto& [table, rows] : counts) total += rows;
  return total;
}

std::int64_t count_in(const jobs::Counts& counts, const std::string& table) {
  const auto found = counts.find(table);
  return found == counts.end() ? 0 : found->second;
}

/// Whether the service has counted again since its last erasure, and found nothing.
bool is_clean(const Step& step) {
  return step.state == jobs::StepState::done && step.verification && step.verification->rows_left.empty();
}

bool is_certain(const Job& job) {
  return job.state == JobState::completed && !job.steps.empty() && std::ranges::all_of(job.steps, is_clean);
}

json tables_of(const Step& step) {
  jobs::Counts names = step.deleted_counts;
  names.insert(step.changed_counts.begin(), step.changed_counts.end());
  if (step.verification) names.insert(step.verification->rows_left.begin(), step.verification->rows_left.end());
  json tables = json::array();
  for (const auto& [table, rows] : names) {
    tables.push_back({{"table", table},
                      {"deleted", count_in(step.deleted_counts, table)},
                      {"changed", count_in(step.changed_counts, table)},
                      {"left", step.verification ? json(count_in(step.verification->rows_left, table)) : json()}});
  }
  return tables;
}

json kept_of(const Step& step) {
  json kept = json::array();
  if (!step.verification) return kept;
  for (const auto& [table, reason] : step.verification->kept_reasons) {
    const auto rows = step.verification->kept_counts.find(table);
    const bool is_counted = rows != step.verification->kept_counts.end();
    kept.push_back({{"table", table}, {"rows", is_counted ? json(rows->second) : json()}, {"reason", reason}});
  }
  return kept;
}

json service_of(const Step& step) {
  return {{"service", step.service},
          {"status", jobs::to_string(step.state)},
          {"begun_at", time_or_null(step.started_at)},
          {"ended_at", time_or_null(step.completed_at)},
          {"attempts", step.attempts},
          {"duration_ms", step.duration.count()},
          {"tables", tables_of(step)},
          {"deleted", sum(step.deleted_counts)},
          {"changed", sum(step.changed_counts)},
          {"left", step.verification ? json(sum(step.verification->rows_left)) : json()},
          {"verified_at", step.verification ? json(to_rfc3339(step.verification->at)) : json()},
          {"kept", kept_of(step)},
          {"errors", step.errors}};
}

json totals_of(const Job& job) {
  std::int64_t deleted = 0;
  std::int64_t changed = 0;
  std::int64_t kept = 0;
  std::optional<std::int64_t> left = 0;
  for (const auto& step : job.steps) {
    deleted += sum(step.deleted_counts);
    changed += sum(step.changed_counts);
    if (!step.verification) {
      left.reset();
      continue;
    }
    kept += sum(step.verification->kept_counts);
    if (left) *left += sum(step.verification->rows_left);
  }
  return {{"deleted", deleted}, {"changed", changed}, {"kept", kept}, {"left", left ? json(*left) : json()}};
}

json archive_of(const Job& job) {
  if (!job.archive_key && !job.archive_shredded_at) return {};
  return {{"kept_until", time_or_null(job.shred_after)}, {"key_destroyed_at", time_or_null(job.archive_shredded_at)}};
}

/// From when on nothing can be brought back; null where nothing is gone.
json point_of_no_return(const Job& job) {
  const bool is_gone = job.state == JobState::completed || job.state == JobState::failed;
  if (!is_gone) return {};
  if (job.archive_shredded_at) return {{"at", to_rfc3339(*job.archive_shredded_at)}, {"is_passed", true}};
  if (job.archive_key) return {{"at", time_or_null(job.shred_after)}, {"is_passed", false}};
  return {{"at", time_or_null(job.started_at)}, {"is_passed", true}};
}

json approvals_of(const Job& job) {
  json given = json::array();
  for (const auto& approval : job.approvals) {
    given.push_back({{"approver", approval.approver.str()},
                     {"digest", approval.digest},
                     {"given_at", to_rfc3339(approval.given_at)},
                     {"lapsed_at", time_or_null(approval.lapsed_at)}});
  }
  return {{"is_needed", job.needs_approval}, {"given", std::move(given)}};
}

json holds_of(const std::vector<jobs::Transition>& history) {
  json holds = json::array();
  for (const auto& change : history) {
    if (change.from == JobState::held) holds.back()["until"] = to_rfc3339(change.at);
    if (change.to == JobState::held) holds.push_back({{"since", to_rfc3339(change.at)}, {"until", nullptr}});
  }
  return holds;
}

json history_of(const std::vector<jobs::Transition>& history) {
  json list = json::array();
  for (const auto& change : history) {
    list.push_back({{"at", to_rfc3339(change.at)},
                    {"from", change.from ? json(jobs::to_string(*change.from)) : json()},
                    {"to", jobs::to_string(change.to)},
                    {"by", jobs::to_string(change.by)},
                    {"reason", change.reason}});
  }
  return list;
}

json owned_tenants_of(const Job& job) {
  json list = json::array();
  for (const auto& owned : job.owned_tenants) {
    list.push_back({{"tenant_id", owned.tenant.str()},
                    {"outcome", owned.new_owner ? "transferred" : "deleted"},
                    {"new_owner_id", id_or_null(owned.new_owner)},
                    {"deletion_job_id", id_or_null(owned.deletion_job)},
                    {"status", jobs::to_string(owned.state)}});
  }
  return list;
}

}  // namespace

json deletion_report(const Job& job, const std::vector<jobs::Transition>& history, const Issuer& issuer) {
  if (!jobs::is_terminal(job.state) || !job.completed_at) {
    throw Error(ErrorCode::conflict, fmt::format("job {} is {}: there is a report once it has ended", job.id.str(),
                                                 jobs::to_string(job.state)));
  }
  json services = json::array();
  for (const auto& step : job.steps) services.push_back(service_of(step));
  return {{"format", "tenure deletion report v1"},
          {"document", is_certain(job) ? "certificate" : "report"},
          {"estate", issuer.estate},
          {"issued_by", "tenure " + issuer.version},
          {"as_of", to_rfc3339(job.archive_shredded_at.value_or(*job.completed_at))},
          {"job_id", job.id.str()},
          {"status", jobs::to_string(job.state)},
          {"subject",
           {{"kind", kind_of(job.subject) == SubjectKind::tenant ? "tenant" : "user"}, {"id", id_of(job.subject)}}},
          {"requested",
           {{"at", to_rfc3339(job.created_at)},
            {"by", history.empty() ? json() : json(jobs::to_string(history.front().by))},
            {"for", id_or_null(job.initiated_by)},
            {"scheduled_for", time_or_null(job.run_at)}}},
          {"begun_at", time_or_null(job.started_at)},
          {"ended_at", to_rfc3339(*job.completed_at)},
          {"duration_ms", duration_of(job)},
          {"point_of_no_return", point_of_no_return(job)},
          {"archive", archive_of(job)},
          {"approvals", approvals_of(job)},
          {"holds", holds_of(history)},
          {"services", std::move(services)},
          {"totals", totals_of(job)},
          {"owned_tenants", owned_tenants_of(job)},
          {"errors", job.error_log},
          {"history", history_of(history)}};
}

}  // namespace tenure::reports
