#pragma once

#include <fmt/format.h>

#include <string>
#include <vector>

#include "jobs/job.h"
#include "jobs/transition.h"

namespace tenure::reports {

/// A time on 2026-03-01, so many seconds after noon.
inline WallTime at(int seconds) { return WallTime(std::chrono::seconds(1772366400 + seconds)); }

inline const JobId kJob = JobId::parse("7d0a3f0e-5d43-4c57-9a57-5f5f3a3f7a11");
inline const TenantId kTenant = TenantId::parse("0b2c9d1e-1111-4222-8333-444455556666");
inline const UserId kUser = UserId::parse("c0ffee00-1111-4222-8333-444455556666");

inline jobs::Step done_step(const std::string& service, jobs::Counts deleted) {
  jobs::Step step{
      .service = service, .state = jobs::StepState::done, .attempts = 1, .deleted_counts = std::move(deleted)};
  for (const auto& [table, rows] : step.deleted_counts) step.total += rows;
  step.duration = Milliseconds(1234);
  step.started_at = at(1);
  step.completed_at = at(3);
  step.verification = jobs::Verification{.at = at(4)};
  return step;
}

/// Of a tenant whose two services are erased, with an archive that is still there.
inline jobs::Job completed_job() {
  jobs::Job job{.id = kJob, .subject = kTenant};
  job.tenant_name = "<img src=x onerror=alert(1)>";
  job.initiated_by = kUser;
  job.state = jobs::JobState::completed;
  job.created_at = at(0);
  job.started_at = at(1);
  job.completed_at = at(5);
  job.lease_epoch = 1;
  job.archive_key = "v1.a.b";
  job.retention = std::chrono::hours(720);
  job.shred_after = at(5) + std::chrono::hours(720);
  job.steps = {done_step("orders", {{"customers", 1200}, {"orders", 34567}, {"audit_logs", 0}}),
               done_step("notification", {{"notifications", 17}})};
  job.steps[1].verification->kept_counts = {{"notification_templates", 3}};
  job.steps[1].verification->kept_reasons = {{"notification_templates", "shipped with the product (is_system = true)"},
                                             {"city_weather", "shared by all tenants: the weather of a city"}};
  job.total_items_deleted = 35784;
  return job;
}

inline std::vector<jobs::Transition> completed_history() {
  using jobs::JobState;
  const auto change = [](int number, std::optional<JobState> from, JobState to, jobs::Actor by, std::string reason) {
    return jobs::Transition{.job = kJob,
                            .subject = kTenant,
                            .number = number,
                            .from = from,
                            .to = to,
                            .by = std::move(by),
                            .reason = std::move(reason),
                            .at = at(number)};
  };
  const auto worker = jobs::Actor{jobs::ActorKind::worker, "host/4711"};
  return {change(1, std::nullopt, JobState::pending, jobs::Actor::user(kUser), "enqueued"),
          change(2, JobState::pending, JobState::running, worker, "leased"),
          change(3, JobState::running, JobState::verifying, worker, "steps_done"),
          change(4, JobState::verifying, JobState::completed, worker, "verified")};
}

}  // namespace tenure::reports
