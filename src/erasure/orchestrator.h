#pragma once

#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "erasure/erasure_event.h"
#include "erasure/service_endpoint.h"
#include "erasure/tenant_record.h"
#include "erasure/user_directory.h"
#include "jobs/job_store.h"

namespace tenure::erasure {

struct OrchestratorSettings {
  Milliseconds lease{15000};  ///< how long after its owner's death a job is taken over
  Milliseconds grace{5000};   ///< how long after its deadline, or a stop request, a service may still answer
  int rounds = 3;             ///< erasures of a service in which rows keep appearing
};

/// Where tenants and users are looked up and seen to. Both may be null and are not owned.
struct Directories {
  TenantDirectory* tenants = nullptr;
  UserDirectory* users = nullptr;
};

/// Erases a tenant or a user from all services: in parallel, each within its own timeout; then re-counts, erasing again
/// where rows came late; then erases the tenant record, or the account. A failing or hanging service never holds up the
/// others (spec B7, C1, C13). Thread-safe: several jobs may run at once.
class Orchestrator {
 public:
  Orchestrator(ServiceEndpoints endpoints, jobs::JobStore& store, std::shared_ptr<const Clock> clock,
               OrchestratorSettings settings = {}, Directories directories = {});

  /// Runs a leased job from wherever it stands to its end, which may be `failed`. On a stop request the running calls
  /// are stopped, the lease is given back and the job returned as it then is. @throws Error(conflict) when the job got
  /// another owner; Error(unavailable) when the control database could not be reached: the lease then runs out.
  jobs::Job run(const jobs::Lease& lease, const std::stop_token& stop, const ErasureListener& listener = {});

  const ServiceEndpoints& endpoints() const { return endpoints_; }
  jobs::JobStore& store() { return store_; }
  const Directories& directories() const { return directories_; }
  /// The steps of a new job: the services, the tenant record's last, and what else a user's erasure has.
  std::vector<std::string> steps(SubjectKind subject) const;
  const OrchestratorSettings& settings() const { return settings_; }

 private:
  const ServiceEndpoints endpoints_;
  jobs::JobStore& store_;
  const std::shared_ptr<const Clock> clock_;
  const OrchestratorSettings settings_;
  const Directories directories_;
};

}  // namespace tenure::erasure
