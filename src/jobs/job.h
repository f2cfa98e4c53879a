#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"
#include "base/subject.h"
#include "base/trace_context.h"
#include "jobs/actor.h"
#include "jobs/job_state.h"

namespace tenure::jobs {

/// Rows by table.
using Counts = std::map<std::string, std::int64_t>;

/// What a job does when a service fails for good.
enum class OnFailure {
  roll_back,  ///< brings back what was deleted
  retry,      ///< keeps trying
};
std::string_view to_string(OnFailure policy);
OnFailure parse_on_failure(std::string_view text);

inline constexpr int kLowestPriority = -100;
inline constexpr int kHighestPriority = 100;
/// @throws Error(invalid_argument) "priority: …".
void require_priority(int priority);

/// What is asked for: one step a service, in this order.
struct NewJob {
  Subject subject;
  std::optional<std::string> tenant_name = std::nullopt;
  std::optional<UserId> initiated_by = std::nullopt;
  std::vector<std::string> services;
  std::optional<JobId> id = std::nullopt;  ///< a random one when absent; adding the same job again changes nothing
  std::optional<WallTime> run_at = std::nullopt;  ///< not before; by the database's clock
  int priority = 0;                               ///< -100 to 100, the higher the earlier
  bool needs_approval = false;                    ///< by a second person, before it starts
  OnFailure on_failure = OnFailure::retry;
  std::optional<std::string> archive_key = std::nullopt;  ///< the wrapped data key: printable, no secret by itself
  std::chrono::seconds retention{0};                      ///< of the archive, from the job's end on
  std::optional<Actor> by = std::nullopt;                 ///< absent: the user initiated_by, else the system itself
  TraceContext trace = TraceContext::start();             ///< the request that it is part of
};

/// What became of a tenant that the user of a job owned: handed over to a new owner, or deleted by another job.
struct OwnedTenant {
  TenantId tenant;
  std::optional<UserId> new_owner = std::nullopt;
  std::optional<JobId> deletion_job = std::nullopt;  ///< exactly one of the two is there
  StepState state = StepState::pending;              ///< pending, done or failed
  std::vector<std::string> errors = {};              ///< never empty when failed, else empty
};

/// What a service found when it counted again after its last erasure.
struct Verification {
  WallTime at;
  Counts rows_left;                                 ///< by table, orphans by "table.key"; empty when nothing is left
  Counts kept_counts;                               ///< the subject's rows that stay by a rule, where there is a count
  std::map<std::string, std::string> kept_reasons;  ///< table → why, for all that stays
};

/// One service's part of a job, as it is stored.
struct Step {
  std::string service;
  StepState state = StepState::pending;
  int round = 1;     ///< 2 and up when it was done again because rows had come late
  int attempts = 0;  ///< calls made to the service
  int failures = 0;  ///< in a row since it last got on; counted anew when it was decided about since
  Counts deleted_counts;
  Counts changed_counts;
  std::int64_t total = 0;           ///< of deleted_counts
  std::vector<std::string> errors;  ///< never empty when failed or unknown, else empty
  Milliseconds duration{0};         ///< time spent in calls
  std::optional<WallTime> started_at;
  std::optional<WallTime> completed_at;
  std::optional<Verification> verification;  ///< absent until it was asked, and from when it is called again
};

/// A second person's consent, bound to what was to be deleted when it was given.
struct Approval {
  UserId approver;
  std::string digest;  ///< of plan and counts
  WallTime given_at;
  std::optional<WallTime> lapsed_at = std::nullopt;  ///< when they had changed, or it was given anew
};

struct CancelRequest {
  WallTime at;
  std::string by;  ///< an Actor
};

struct Job {
  JobId id;
  Subject subject;
  std::optional<std::string> tenant_name;
  std::optional<UserId> initiated_by;
  JobState state = JobState::pending;
  std::int64_t total_items_deleted = 0;
  std::vector<std::string> error_log;
  int attempts = 0;                    ///< times it was leased, those given back not counted
  int times_parked = 0;                ///< in a row, in this state
  std::optional<WallTime> not_before;  ///< parked until then
  std::int64_t lease_epoch = 0;
  WallTime created_at;
  std::optional<WallTime> started_at;
  std::optional<WallTime> completed_at;
  std::optional<WallTime> run_at;
  int priority = 0;
  bool needs_approval = false;
  std::optional<std::string> plan_digest;  ///< that of the approval that stands
  OnFailure on_failure = OnFailure::retry;
  std::optional<std::string> archive_key;  ///< absent without an archive, and once it was destroyed
  std::chrono::seconds retention{0};
  std::optional<WallTime> shred_after;  ///< when the archive's key is to be destroyed; known once the job has ended
  std::optional<WallTime> archive_shredded_at;
  std::optional<CancelRequest> cancel_requested;
  std::optional<WallTime> held_since;          ///< since when a legal hold stands on the tenant
  TraceContext trace = TraceContext::start();  ///< the request that it is part of
  std::vector<Approval> approvals;             ///< oldest first
  std::vector<Step> steps;                     ///< in the order they were enqueued
  std::vector<OwnedTenant> owned_tenants;      ///< of a user, in the order they were seen to
};

/// That everything prepared under `epoch` in these services is to be committed (two-phase commit).
struct CommitDecision {
  std::int64_t epoch = 0;
  std::vector<std::string> services;
};

/// The right to work on a job; every write carries the epoch and stops working when someone else has a higher one.
struct Lease {
  JobId job;
  std::int64_t epoch = 0;
};

}  // namespace tenure::jobs
