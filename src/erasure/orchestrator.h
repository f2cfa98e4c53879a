#pragma once

#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "erasure/erasure_event.h"
#include "erasure/service_endpoint.h"
#include "jobs/job_store.h"

namespace tenure::erasure {

struct OrchestratorSettings {
  Milliseconds lease{15000};  ///< how long after its owner's death a job is taken over
  Milliseconds grace{5000};   ///< how long after its deadline, or a stop request, a service may still answer
  int rounds = 3;             ///< erasures of a service in which rows keep appearing
};

/// Erases a tenant from all services: in parallel, each within its own timeout; then re-counts, erasing again where
/// rows came late; then erases the tenant record. A failing or hanging service never holds up the others (spec C1,
/// C13). Thread-safe: several jobs may run at once.
class Orchestrator {
 public:
  Orchestrator(ServiceEndpoints endpoints, jobs::JobStore& store, std::shared_ptr<const Clock> clock,
               OrchestratorSettings settings = {});

  /// Runs a leased job from wherever it stands to its end, which may be `failed`. On a stop request the running calls
  /// are stopped, the lease is given back and the job returned as it then is. @throws Error(conflict) when the job got
  /// another owner; Error(unavailable) when the control database could not be reached: the lease then runs out.
  jobs::Job run(const jobs::Lease& lease, const std::stop_token& stop, const ErasureListener& listener = {});

  const ServiceEndpoints& endpoints() const { return endpoints_; }
  /// The services of a new job, the tenant record's last.
  std::vector<std::string> services() const;
  const OrchestratorSettings& settings() const { return settings_; }

 private:
  const ServiceEndpoints endpoints_;
  jobs::JobStore& store_;
  const std::shared_ptr<const Clock> clock_;
  const OrchestratorSettings settings_;
};

}  // namespace tenure::erasure
