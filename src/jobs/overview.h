#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "jobs/transition.h"
#include "pg/pool.h"

namespace tenure::jobs {

/// Jobs that ended within a time. Deletions that were taken back because somebody asked for it, and those that were
/// cancelled, are neither completed nor failed.
struct EndedJobs {
  std::int64_t completed = 0;
  std::int64_t failed = 0;  ///< those that were taken back because a service failed are among them
  std::int64_t taken_back = 0;
  std::int64_t cancelled = 0;
  std::int64_t items = 0;                                       ///< deleted by the completed ones
  std::optional<Milliseconds> average_duration = std::nullopt;  ///< of the completed ones
};

struct EndedInHour {
  std::int64_t completed = 0;
  std::int64_t failed = 0;
};

struct ServiceAverage {
  std::string service;
  std::int64_t items = 0;
  Milliseconds duration{0};
  std::int64_t most_items = 0;
};

struct FailedJob {
  JobId job;
  Subject subject;
  std::optional<std::string> tenant_name;
  JobState state = JobState::failed;
  std::vector<std::string> errors;  ///< the first five
  std::int64_t all_errors = 0;
  WallTime completed_at;
};

struct Overview {
  std::map<std::string, std::int64_t> open;  ///< by status; those that there are none of are absent
  std::int64_t legal_holds = 0;              ///< that stand
  EndedJobs last_day;                        ///< 24 hours
  std::array<EndedInHour, 24> hours;         ///< of those, the oldest first
  EndedJobs window;                          ///< as long as was asked for
  std::vector<ServiceAverage> services;      ///< over at most a thousand of its completed jobs; the largest first
  std::vector<FailedJob> failures;           ///< of the last seven days, the newest first, twenty at most
};

/// Everything that is worth a look at once: five statements, each an aggregate over an index.
/// @throws Error(invalid_argument) "days: …" unless 1 to 90.
Overview read_overview(pg::Pool& control, int days);

struct HistoryEntry {
  Transition change;
  std::optional<std::string> tenant_name;
};

struct HistoryPage {
  std::vector<HistoryEntry> entries;  ///< the newest first
  std::string next;                   ///< cursor of the following page; empty on the last one
};

/// The changes of all jobs. @throws Error(invalid_argument) for a limit not between 1 and 500 or a malformed cursor.
HistoryPage read_history(pg::Pool& control, int limit, const std::optional<std::string>& cursor);

}  // namespace tenure::jobs
