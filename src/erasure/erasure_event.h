#pragma once

#include <functional>
#include <string>
#include <vector>

#include "jobs/job.h"

namespace tenure::erasure {

/// Something a watcher of a job wants to see at once.
struct ErasureEvent {
  JobId job;
  jobs::JobState job_state;
  std::string service;  ///< empty when the job itself changed its state
  jobs::StepState step_state = jobs::StepState::pending;
  jobs::Counts deleted_counts;  ///< of the service, so far
  std::vector<std::string> errors;
};

/// Called in order, from the one thread that runs the job; must not block for long and must not throw.
using ErasureListener = std::function<void(const ErasureEvent&)>;

}  // namespace tenure::erasure
