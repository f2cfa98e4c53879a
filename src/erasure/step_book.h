#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "archive/keys.h"
#include "erasure/backoff.h"
#include "erasure/erasure_event.h"
#include "erasure/erasure_observer.h"
#include "events/outbox.h"
#include "jobs/job_store.h"
#include "store/deletion_result.h"

namespace tenure::erasure {

/// What is known of one leased job and its steps: every change is stored, then told to the listener; how calls went is
/// told to the observer, if there is one. Not thread-safe. All members throw Error(conflict) once the job has another
/// owner.
class StepBook {
 public:
  /// Reads the job as it stands.
  StepBook(jobs::JobStore& store, const jobs::Lease& lease, const ErasureListener& listener,
           ErasureObserver* observer = nullptr);

  const jobs::Lease& lease() const { return lease_; }
  const Subject& subject() const { return subject_; }
  const std::optional<UserId>& initiated_by() const { return initiated_by_; }
  /// The job's wrapped data key; nullopt: nothing is archived.
  const std::optional<archive::WrappedKey>& archive_key() const { return archive_key_; }
  /// Of the run: a span of the job's trace.
  const TraceContext& trace() const { return trace_; }
  jobs::OnFailure on_failure() const { return on_failure_; }
  /// What an approval is bound to; nullopt: the job needs none.
  const std::optional<std::string>& approved_digest() const { return approved_digest_; }
  jobs::JobState state() const { return state_; }
  bool has_begun() const;
  const std::vector<std::string>& services() const { return services_; }
  const jobs::Step& step(const std::string& service) const { return steps_.at(service); }
  bool knows(const std::string& service) const { return steps_.contains(service); }
  /// Names the order of the step's current round: the same for every attempt, so that a receipt is found.
  std::string idempotency_key(const std::string& service) const;

  void begin(const std::string& service);
  /// As begin, for rows that came after the step was done.
  void begin_next_round(const std::string& service);
  /// Adds the counts of a call that took `duration` to those of earlier rounds.
  void finish(const std::string& service, const store::DeletionResult& result, Milliseconds duration);
  /// The step ends failed or unknown; its counts stay.
  void fail(const std::string& service, jobs::StepState state, std::vector<std::string> errors, Milliseconds duration);
  /// The call got on for `duration` and did not come to the end; the next one begins.
  void go_on(const std::string& service, Milliseconds duration);
  /// The call failed and will be made again: the step stays running, or is unknown, with the errors so far.
  void put_off(const std::string& service, FailureKind kind, jobs::StepState state, std::vector<std::string> errors,
               Milliseconds duration);
  /// Something else than its erasure did not work out: its step stays as it is.
  void wait_for(const std::string& service, FailureKind kind) { put_off_.insert_or_assign(service, kind); }
  /// How long to wait before the calls that were put off are made again; nullopt when there are none. With jitter.
  std::optional<Milliseconds> delay() const;

  /// What the service has found when it counted again, for the record.
  void note_verification(const std::string& service, const store::Residue& residue);

  /// What was erased is about to be brought back, or is back; its counts stay.
  void begin_restoration(const std::string& service);
  /// `items`: rows that this call has brought back.
  void compensate(const std::string& service, std::int64_t items, Milliseconds duration);
  /// Steps that never began need none of that.
  void skip_pending();

  /// For the observer only: how a call ended, whatever becomes of its step. Tenant and trace are added.
  void note_call(CallEnd call) const;
  /// For watchers only: what the call that runs has deleted so far.
  void report_progress(const std::string& service, const store::Counts& deleted_so_far) const;

  /// The tenants that the job's user owned, as far as they have been seen to.
  const std::map<TenantId, jobs::OwnedTenant>& owned_tenants() const { return owned_tenants_; }
  void put_owned_tenant(const jobs::OwnedTenant& tenant);

  /// That everything prepared in `services` under this lease is to be committed; nullopt: nothing is decided.
  const std::optional<jobs::CommitDecision>& commit_decision() const { return commit_decision_; }
  void decide_commit(const std::vector<std::string>& services);

  void advance(jobs::JobState to);
  /// Ends the job, failed when any step or owned tenant is, or when there are `errors`; else completed, which it
  /// publishes as "tenant.deleted" or "user.deleted". A compensating job ends compensation_failed or rolled_back.
  void finish_job(std::vector<std::string> errors = {});
  bool has_failures() const;
  /// Everything that is wrong with steps and owned tenants, each with its name.
  std::vector<std::string> errors() const;

  /// Gives the job up to be compensated, by whoever has the lease that this returns: its epoch is higher, so that
  /// services refuse what is still on its way. `errors` go into the error log.
  jobs::Lease begin_compensation(std::string_view reason, const std::vector<std::string>& errors);
  /// Gives the job back until delay() has passed.
  void park();
  /// Stops at a legal hold; false when none stands any more.
  bool hold();
  /// Both only before any step has begun.
  void finish_cancelled();
  void lapse_approval();
  /// What somebody has asked for meanwhile.
  jobs::Checkpoint checkpoint();
  /// Somebody else has the job now, or nobody: nothing may be written any more.
  bool is_given_back() const { return is_given_back_; }

 private:
  void begin_round(const std::string& service, int round);
  void store_step(const jobs::Step& step);
  void report_step(const jobs::Step& step, const jobs::Counts& deleted_counts) const;
  void report_job() const;
  events::Event completion() const;

  jobs::JobStore& store_;
  const jobs::Lease lease_;
  const ErasureListener& listener_;
  ErasureObserver* const observer_;
  const Subject subject_;
  const std::optional<UserId> initiated_by_;
  const std::optional<archive::WrappedKey> archive_key_;
  const TraceContext trace_;
  const jobs::OnFailure on_failure_;
  const std::optional<std::string> approved_digest_;
  std::optional<jobs::CommitDecision> commit_decision_;
  jobs::JobState state_;
  bool is_given_back_ = false;
  std::vector<std::string> services_;
  std::map<std::string, jobs::Step> steps_;
  std::map<std::string, FailureKind> put_off_;
  std::map<TenantId, jobs::OwnedTenant> owned_tenants_;

  StepBook(jobs::JobStore& store, const jobs::Lease& lease, const ErasureListener& listener, ErasureObserver* observer,
           jobs::Job job);
};

}  // namespace tenure::erasure
