#pragma once

#include <string>

#include "erasure/orchestrator.h"
#include "jobs/job_control.h"

namespace tenure::erasure {

/// What people decide about deletion jobs (spec C9, C10), with what follows from it outside the jobs. Thread-safe.
class JobDecisions {
 public:
  JobDecisions(jobs::JobControl& control, Orchestrator& orchestrator)
      : control_(control), orchestrator_(orchestrator) {}

  /// As jobs::JobControl::cancel; a tenant whose deletion has ended with that lives on as before.
  jobs::Cancellation cancel(const JobId& job, const jobs::Actor& by, const Call& call);
  /// As jobs::JobControl::approve, when `digest` is what a preview says now. @throws Error(conflict) "digest: …" when
  /// it is not.
  void approve(const JobId& job, const UserId& approver, const std::string& digest, const Call& call);
  void retry(const JobId& job, const jobs::Actor& by) { control_.retry(job, by); }
  void restore(const JobId& job, const jobs::Actor& by) { control_.restore(job, by); }
  void reschedule(const JobId& job, const jobs::Reschedule& change) { control_.reschedule(job, change); }

 private:
  jobs::JobControl& control_;
  Orchestrator& orchestrator_;
};

}  // namespace tenure::erasure
