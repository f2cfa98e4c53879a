#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "erasure/erasure_event.h"
#include "events/outbox.h"
#include "jobs/job_store.h"
#include "store/deletion_result.h"

namespace tenure::erasure {

/// What is known of one leased job and its steps: every change is stored, then told to the listener.
/// Not thread-safe. All members throw Error(conflict) once the job has another owner.
class StepBook {
 public:
  /// Reads the job as it stands.
  StepBook(jobs::JobStore& store, const jobs::Lease& lease, const ErasureListener& listener);

  const jobs::Lease& lease() const { return lease_; }
  const Subject& subject() const { return subject_; }
  const std::optional<UserId>& initiated_by() const { return initiated_by_; }
  jobs::JobState state() const { return state_; }
  const std::vector<std::string>& services() const { return services_; }
  const jobs::Step& step(const std::string& service) const { return steps_.at(service); }
  /// Names the order of the step's current round: the same for every attempt, so that a receipt is found.
  std::string idempotency_key(const std::string& service) const;

  void begin(const std::string& service);
  /// As begin, for rows that came after the step was done.
  void begin_next_round(const std::string& service);
  /// Adds the counts of a call that took `duration` to those of earlier rounds.
  void finish(const std::string& service, const store::DeletionResult& result, Milliseconds duration);
  /// The step ends failed or unknown; its counts stay.
  void fail(const std::string& service, jobs::StepState state, std::vector<std::string> errors, Milliseconds duration);
  /// For watchers only: what the call that runs has deleted so far.
  void report_progress(const std::string& service, const store::Counts& deleted_so_far) const;

  /// The tenants that the job's user owned, as far as they have been seen to.
  const std::map<TenantId, jobs::OwnedTenant>& owned_tenants() const { return owned_tenants_; }
  void put_owned_tenant(const jobs::OwnedTenant& tenant);

  void advance(jobs::JobState to);
  /// Ends the job, failed when any step or owned tenant is, or when there are `errors`; else completed, which it
  /// publishes as "tenant.deleted" or "user.deleted".
  void finish_job(std::vector<std::string> errors = {});
  bool has_failures() const;

 private:
  void begin_round(const std::string& service, int round);
  void store_step(const jobs::Step& step);
  void report_step(const jobs::Step& step, const jobs::Counts& deleted_counts) const;
  void report_job() const;
  events::Event completion() const;

  jobs::JobStore& store_;
  const jobs::Lease lease_;
  const ErasureListener& listener_;
  const Subject subject_;
  const std::optional<UserId> initiated_by_;
  jobs::JobState state_;
  std::vector<std::string> services_;
  std::map<std::string, jobs::Step> steps_;
  std::map<TenantId, jobs::OwnedTenant> owned_tenants_;

  StepBook(jobs::JobStore& store, const jobs::Lease& lease, const ErasureListener& listener, jobs::Job job);
};

}  // namespace tenure::erasure
