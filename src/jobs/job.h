#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"
#include "base/subject.h"

namespace tenure::jobs {

/// Drawn in docs/job_states.md; the table's CHECK knows the same names.
enum class JobState { pending, running, verifying, completed, failed };
enum class StepState { pending, running, done, failed, unknown };

std::span<const JobState> all_job_states();
std::span<const StepState> all_step_states();

std::string_view to_string(JobState state);
std::string_view to_string(StepState state);
/// @throws Error(invalid_argument) naming `field` and listing the states there are.
JobState parse_job_state(std::string_view text, std::string_view field = "status");
/// @throws Error(invalid_argument) naming `field` and listing the states there are.
StepState parse_step_state(std::string_view text, std::string_view field = "state");

/// True for a state that is never left.
bool is_terminal(JobState state);
/// Whether the diagram has an arrow between the two.
bool can_advance(JobState from, JobState to);
bool can_advance(StepState from, StepState to);

/// Rows by table.
using Counts = std::map<std::string, std::int64_t>;

/// What is asked for: one step a service, in this order.
struct NewJob {
  Subject subject;
  std::optional<std::string> tenant_name = std::nullopt;
  std::optional<UserId> initiated_by = std::nullopt;
  std::vector<std::string> services;
  std::optional<JobId> id = std::nullopt;  ///< a random one when absent; adding the same job again changes nothing
};

/// What became of a tenant that the user of a job owned: handed over to a new owner, or deleted by another job.
struct OwnedTenant {
  TenantId tenant;
  std::optional<UserId> new_owner = std::nullopt;
  std::optional<JobId> deletion_job = std::nullopt;  ///< exactly one of the two is there
  StepState state = StepState::pending;              ///< pending, done or failed
  std::vector<std::string> errors = {};              ///< never empty when failed, else empty
};

/// One service's part of a job, as it is stored.
struct Step {
  std::string service;
  StepState state = StepState::pending;
  int round = 1;     ///< 2 and up when it was done again because rows had come late
  int attempts = 0;  ///< calls made to the service
  Counts deleted_counts;
  Counts changed_counts;
  std::int64_t total = 0;           ///< of deleted_counts
  std::vector<std::string> errors;  ///< never empty when failed or unknown, else empty
  Milliseconds duration{0};         ///< time spent in calls
  std::optional<WallTime> started_at;
  std::optional<WallTime> completed_at;
};

struct Job {
  JobId id;
  Subject subject;
  std::optional<std::string> tenant_name;
  std::optional<UserId> initiated_by;
  JobState state = JobState::pending;
  std::int64_t total_items_deleted = 0;
  std::vector<std::string> error_log;
  int attempts = 0;  ///< times it was leased, those given back not counted
  std::int64_t lease_epoch = 0;
  WallTime created_at;
  std::optional<WallTime> started_at;
  std::optional<WallTime> completed_at;
  std::vector<Step> steps;                 ///< in the order they were enqueued
  std::vector<OwnedTenant> owned_tenants;  ///< of a user, in the order they were seen to
};

/// The right to work on a job; every write carries the epoch and stops working when someone else has a higher one.
struct Lease {
  JobId job;
  std::int64_t epoch = 0;
};

}  // namespace tenure::jobs
