#pragma once

#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "erasure/erasure_event.h"
#include "erasure/erasure_observer.h"
#include "erasure/erasure_terms.h"
#include "erasure/orchestrator_settings.h"
#include "erasure/service_endpoint.h"
#include "erasure/tenant_record.h"
#include "erasure/user_directory.h"
#include "jobs/job_store.h"

namespace tenure::erasure {

class StepBook;

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
  /// `observer` hears of every job that is run here, whoever runs it; it may be null and is not owned.
  Orchestrator(ServiceEndpoints endpoints, jobs::JobStore& store, std::shared_ptr<const Clock> clock,
               OrchestratorSettings settings = {}, Directories directories = {}, ErasureTerms terms = {},
               ErasureObserver* observer = nullptr);

  /// Runs a leased job from wherever it stands to its end, which may be `failed`; or as far as it gets now: where a
  /// service has to be waited for, the job is given back until then; so it is when somebody put a hold on the tenant,
  /// or an approval no longer fits. On a stop request the running calls are stopped and the lease is given back.
  /// @return the job as it then is. @throws Error(conflict) when the job got another owner; Error(unavailable) when the
  /// control database could not be reached: the lease then runs out.
  jobs::Job run(const jobs::Lease& lease, const std::stop_token& stop, const ErasureListener& listener = {});

  /// Runs the job here until it has ended or waits for somebody: an approval, its time, the release of a hold. Waits
  /// while somebody else works on it. @throws as run.
  jobs::Job run_to_end(const JobId& job, const std::string& owner, const std::stop_token& stop,
                       const ErasureListener& listener = {});
  /// The same for the open job of a subject, when nobody works on it any more; nullopt when there is none.
  /// @throws Error(conflict) naming the job when somebody does, or when it waits.
  std::optional<jobs::Job> take_over(const Subject& subject, const std::string& owner, const std::stop_token& stop,
                                     const ErasureListener& listener = {});

  const ErasureTerms& terms() const { return terms_; }
  const ServiceEndpoints& endpoints() const { return endpoints_; }
  jobs::JobStore& store() { return store_; }
  const Directories& directories() const { return directories_; }
  /// The steps of a new job: the services, the tenant record's last, and what else a user's erasure has.
  std::vector<std::string> steps(SubjectKind subject) const;
  const OrchestratorSettings& settings() const { return settings_; }

 private:
  struct Leg {
    std::optional<jobs::Lease> next;  ///< when the job has to be compensated from here
    bool has_ended = false;           ///< the job, by this
  };
  /// Tells the observer, when the job came to its end here or was cancelled while it was leased here.
  void tell_end(const jobs::Job& job, const jobs::Lease& lease, bool has_ended_here);
  /// Runs as long as one lease goes.
  Leg run_leased(const jobs::Lease& lease, const std::stop_token& stop, const ErasureListener& listener);
  std::optional<jobs::Lease> run_tenant(StepBook& book, const std::stop_token& stop, const std::stop_token& calls);
  void run_compensation(StepBook& book, const std::stop_token& calls);
  void run_user(StepBook& book, const std::stop_token& calls);
  std::optional<jobs::Lease> cancel(StepBook& book, bool is_reversible);
  std::optional<jobs::Lease> fail(StepBook& book, bool is_reversible, std::vector<std::string> errors);
  /// False, and the job is back with its approver, when the approval no longer fits what the services hold.
  bool is_approval_good(StepBook& book, const std::stop_token& calls);

  const ServiceEndpoints endpoints_;
  jobs::JobStore& store_;
  const std::shared_ptr<const Clock> clock_;
  const OrchestratorSettings settings_;
  const Directories directories_;
  const ErasureTerms terms_;
  ErasureObserver* const observer_;
};

}  // namespace tenure::erasure
