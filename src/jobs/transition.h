#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/subject.h"
#include "base/trace_context.h"
#include "jobs/actor.h"
#include "jobs/job_state.h"
#include "pg/transaction.h"

namespace tenure::jobs {

/// One change of a job's state, as it stays in the job's history.
struct Transition {
  JobId job;
  Subject subject;
  int number = 0;                               ///< from 1 in each job, without a gap
  std::optional<JobState> from = std::nullopt;  ///< absent for the first
  JobState to = JobState::pending;
  std::int64_t epoch = 0;
  Actor by;
  std::string reason;  ///< a word for programs: "due", "legal_hold", "service_failed"
  WallTime at;
  TraceContext trace = TraceContext::start();  ///< the job's
};

/// Told of every change in the transaction that makes it, so that what it writes there is there if and only if the
/// change is. What it throws undoes the change. Called from several threads at once.
using TransitionHook = std::function<void(pg::Transaction&, const Transition&)>;

}  // namespace tenure::jobs
