#include "jobs/job_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace tenure::jobs {
namespace {

using nlohmann::json;
using std::chrono::microseconds;

Counts counts_from(const std::string& text) { return json::parse(text).get<Counts>(); }

std::string dump(const json& value) { return value.dump(-1, ' ', false, json::error_handler_t::replace); }

std::string without_control_characters(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c >= '\0' && c < ' '; }, ' ');
  return text;
}

Verification verification_from(const std::string& text, WallTime at) {
  const auto stored = json::parse(text);
  Verification found{.at = at, .rows_left = stored.at("rows_left").get<Counts>()};
  for (const auto& [table, kept] : stored.at("kept").items()) {
    found.kept_reasons[table] = kept.at("reason").get<std::string>();
    if (kept.contains("rows")) found.kept_counts[table] = kept.at("rows").get<std::int64_t>();
  }
  return found;
}

template <class AnyId>
std::optional<AnyId> optional_id(const pg::Result& rows, int row, int column) {
  if (rows.is_null(row, column)) return std::nullopt;
  return AnyId::parse(rows.text(row, column));
}

Job read_job(const pg::Result& rows, int row) {
  Job job{.id = JobId::parse(rows.text(row, 0)), .subject = read_subject(rows, row, 1, 2)};
  job.tenant_name = rows.optional_text(row, 3);
  job.initiated_by = optional_id<UserId>(rows, row, 4);
  job.state = parse_job_state(rows.text(row, 5));
  job.total_items_deleted = rows.int64(row, 6);
  job.error_log = rows.text_array(row, 7);
  job.attempts = static_cast<int>(rows.int64(row, 8));
  job.lease_epoch = rows.int64(row, 9);
  job.created_at = time_from_micros(rows.int64(row, 10));
  job.started_at = optional_time(rows, row, 11);
  job.completed_at = optional_time(rows, row, 12);
  job.run_at = optional_time(rows, row, 13);
  job.priority = static_cast<int>(rows.int64(row, 14));
  job.not_before = optional_time(rows, row, 15);
  job.times_parked = static_cast<int>(rows.int64(row, 16));
  if (const auto at = optional_time(rows, row, 17)) job.cancel_requested = CancelRequest{*at, rows.text(row, 18)};
  job.on_failure = parse_on_failure(rows.text(row, 19));
  job.archive_key = rows.optional_text(row, 20);
  job.retention = std::chrono::seconds(rows.int64(row, 21));
  job.shred_after = optional_time(rows, row, 22);
  job.archive_shredded_at = optional_time(rows, row, 23);
  job.needs_approval = rows.boolean(row, 24);
  job.plan_digest = rows.optional_text(row, 25);
  job.held_since = optional_time(rows, row, 26);
  job.trace = read_trace(rows, row, 27);
  return job;
}

OwnedTenant read_owned_tenant(const pg::Result& rows, int row) {
  return {.tenant = TenantId::parse(rows.text(row, 1)),
          .new_owner = optional_id<UserId>(rows, row, 2),
          .deletion_job = optional_id<JobId>(rows, row, 3),
          .state = parse_step_state(rows.text(row, 4)),
          .errors = rows.text_array(row, 5)};
}

std::map<std::string, Job*> by_id(std::vector<Job>& jobs) {
  std::map<std::string, Job*> found;
  for (auto& job : jobs) found[job.id.str()] = &job;
  return found;
}

Step read_step(const pg::Result& rows, int row) {
  Step step{.service = rows.text(row, 1), .state = parse_step_state(rows.text(row, 2))};
  step.round = static_cast<int>(rows.int64(row, 3));
  step.attempts = static_cast<int>(rows.int64(row, 4));
  step.deleted_counts = counts_from(rows.text(row, 5));
  step.changed_counts = counts_from(rows.text(row, 6));
  step.total = rows.int64(row, 7);
  step.errors = rows.text_array(row, 8);
  step.duration = Milliseconds(rows.int64(row, 9));
  step.started_at = optional_time(rows, row, 10);
  step.completed_at = optional_time(rows, row, 11);
  step.failures = static_cast<int>(rows.int64(row, 12));
  if (const auto at = optional_time(rows, row, 13)) step.verification = verification_from(rows.text(row, 14), *at);
  return step;
}

}  // namespace

std::string to_json_text(const Counts& counts) { return dump(json(counts)); }

std::string to_json_text(const std::vector<std::string>& texts) {
  json array = json::array();
  for (const auto& text : texts) array.push_back(without_control_characters(text));
  return dump(array);
}

std::string to_json_text(const Verification& found) {
  json kept = json::object();
  for (const auto& [table, reason] : found.kept_reasons) kept[table]["reason"] = without_control_characters(reason);
  for (const auto& [table, rows] : found.kept_counts) kept[table]["rows"] = rows;
  return dump({{"rows_left", found.rows_left}, {"kept", std::move(kept)}});
}

std::vector<Job> read_jobs(const pg::Result& rows) {
  std::vector<Job> jobs;
  for (int row = 0; row < rows.rows(); ++row) jobs.push_back(read_job(rows, row));
  return jobs;
}

void read_steps(const pg::Result& rows, std::vector<Job>& jobs) {
  const auto found = by_id(jobs);
  for (int row = 0; row < rows.rows(); ++row) found.at(rows.text(row, 0))->steps.push_back(read_step(rows, row));
}

void read_owned_tenants(const pg::Result& rows, std::vector<Job>& jobs) {
  const auto found = by_id(jobs);
  for (int row = 0; row < rows.rows(); ++row) {
    found.at(rows.text(row, 0))->owned_tenants.push_back(read_owned_tenant(rows, row));
  }
}

void read_approvals(const pg::Result& rows, std::vector<Job>& jobs) {
  const auto found = by_id(jobs);
  for (int row = 0; row < rows.rows(); ++row) {
    found.at(rows.text(row, 0))
        ->approvals.push_back({.approver = UserId::parse(rows.text(row, 1)),
                               .digest = rows.text(row, 2),
                               .given_at = time_from_micros(rows.int64(row, 3)),
                               .lapsed_at = optional_time(rows, row, 4)});
  }
}

Subject read_subject(const pg::Result& rows, int row, int tenant, int user) {
  if (const auto id = optional_id<TenantId>(rows, row, tenant)) return *id;
  return UserId::parse(rows.text(row, user));
}

TraceContext read_trace(const pg::Result& rows, int row, int column) {
  return TraceContext::parse(rows.text(row, column)).value_or(TraceContext::start());
}

WallTime time_from_micros(std::int64_t micros) {
  return WallTime(std::chrono::duration_cast<WallTime::duration>(microseconds(micros)));
}

std::optional<WallTime> optional_time(const pg::Result& rows, int row, int column) {
  if (rows.is_null(row, column)) return std::nullopt;
  return time_from_micros(rows.int64(row, column));
}

Error no_such_job(const JobId& job) {
  return Error(ErrorCode::not_found, fmt::format("job_id: there is no job {}", job.str()));
}

std::int64_t micros_of(WallTime time) {
  return std::chrono::duration_cast<microseconds>(time.time_since_epoch()).count();
}

}  // namespace tenure::jobs
