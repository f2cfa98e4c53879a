#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/page_cursor.h"
#include "jobs/job.h"
#include "jobs/transition.h"
#include "pg/pool.h"
#include "pg/transaction.h"

namespace tenure::jobs {

/// Creates schema `tenure` and its tables where they are missing, and brings those of an earlier version up to date.
/// Safe to repeat and from several processes at once.
void install_schema(pg::Connection& connection);

/// "the tenant is being deleted already by job …", as Error(conflict).
Error already_active(const Subject& subject, const JobId& active);

/// Which jobs to list; absent or empty means any.
struct JobFilter {
  std::optional<TenantId> tenant = std::nullopt;
  std::optional<UserId> user = std::nullopt;          ///< whose deletion it is
  std::optional<UserId> initiated_by = std::nullopt;  ///< who ordered it
  std::optional<SubjectKind> kind = std::nullopt;
  std::vector<JobState> states = {};
  int limit = 100;  ///< 1 to 500
  std::optional<std::string> cursor = std::nullopt;
};

struct JobPage {
  std::vector<Job> jobs;  ///< newest first
  std::string next;       ///< cursor of the following page; empty on the last one
};

/// What a worker asks for between two steps.
struct Checkpoint {
  bool is_cancel_requested = false;  ///< what was deleted is to be brought back
  bool is_held = false;              ///< a legal hold stands: no further step. @see JobStore::hold_running
};

/// Durable jobs and their steps, in schema `tenure` of the control database. Several processes may share it: a job
/// has one owner at a time, by a lease that the database's clock decides. What people decide about jobs is in
/// JobControl and LegalHolds. Thread-safe.
///
/// What takes a Lease throws Error(conflict) once the job has another owner, was cancelled or has ended, and then
/// changed nothing.
class JobStore {
 public:
  explicit JobStore(pg::Pool& control, TransitionHook on_transition = {})
      : control_(control), on_transition_(std::move(on_transition)) {}

  /// Adds a job: scheduled when run_at is ahead, else awaiting_approval when it needs that, else pending.
  /// @throws Error(conflict) naming the open job when the subject has one, or the legal hold that stands on the tenant;
  /// Error(invalid_argument) "priority: …".
  JobId enqueue(const NewJob& job);
  /// Adds a job that is leased to `owner` from the start, so that no other orchestrator can take it.
  /// @throws as enqueue; Error(conflict) when it would have to wait for its time or an approval.
  Lease enqueue_leased(const NewJob& job, const std::string& owner, Milliseconds lease);
  /// @throws Error(conflict) naming the legal hold that stands on a tenant, as enqueue would.
  void refuse_under_hold(const Subject& subject);
  /// The subject's job that has not ended.
  std::optional<JobId> find_active(const Subject& subject);

  /// Takes the first job in line: the highest priority, then the oldest, of those that are pending or whose lease is
  /// free or ran out (running, verifying or compensating). Scheduled jobs whose time has come get in line before. Never
  /// a held tenant's job, unless it is compensating, nor a parked one. nullopt when there is none.
  std::optional<Lease> claim(const std::string& owner, Milliseconds lease);
  /// As claim, for this job only.
  std::optional<Lease> claim(const JobId& job, const std::string& owner, Milliseconds lease);
  void heartbeat(const Lease& lease, Milliseconds extension);
  /// Gives the job back as it is, to be claimed again at once, without spending a try.
  void release(const Lease& lease);
  /// Gives the job back as it is, to be claimed again after `delay`, without spending a try.
  void park(const Lease& lease, Milliseconds delay);

  /// Marks the step running and counts an attempt; its counts stay.
  void begin_step(const Lease& lease, const std::string& service, int round);
  /// Stores what `step` holds apart from round, attempts and times.
  void finish_step(const Lease& lease, const Step& step);
  /// Stores what the service has found, at the database's time.
  void note_verification(const Lease& lease, const std::string& service, const Verification& found);
  /// Stores what becomes, or became, of a tenant that the job's user owned.
  void put_owned_tenant(const Lease& lease, const OwnedTenant& tenant);

  /// Decides once and for all. Deciding again changes nothing.
  void decide_commit(const Lease& lease, const CommitDecision& decision);
  /// nullopt: nothing was decided.
  std::optional<CommitDecision> find_commit_decision(const JobId& job);

  /// What was asked for meanwhile. Cheap: one statement that locks nothing.
  Checkpoint checkpoint(const Lease& lease);
  /// `reason` is one word for programs, here and below.
  void advance(const Lease& lease, JobState from, JobState to, std::string_view reason = "steps_done");
  /// Ends the job; its lease is over. `errors` must not be empty when it, or its compensation, failed. `also` runs in
  /// the same transaction, once more when the transaction has to be repeated. @throws Error(conflict) "a cancellation
  /// was asked for" instead of completing such a job.
  void finish(const Lease& lease, JobState from, JobState to, const std::vector<std::string>& errors,
              const std::function<void(pg::Transaction&)>& also = {}, std::string_view reason = "");
  /// From running or verifying to compensating, by the same owner for as long as the lease has left. The epoch is one
  /// higher from here on, so that services refuse late calls of what is being taken back; `lease` is over. `errors` are
  /// added to the job's. @throws Error(conflict) also when the job has no archive.
  Lease begin_compensation(const Lease& lease, JobState from, std::string_view reason,
                           const std::vector<std::string>& errors = {});
  /// Stops a running or verifying job at its hold; its lease is over. False, and nothing done, when no hold stands any
  /// more.
  bool hold_running(const Lease& lease, JobState from);
  /// The plan or the counts are not those that were approved: back to awaiting_approval; the lease is over. @throws
  /// Error(conflict) also when a step has begun.
  void lapse_approval(const Lease& lease, std::string_view reason = "plan_drifted");
  /// Ends a job of which nothing was deleted as cancelled. @throws Error(conflict) also when a step has begun.
  void finish_cancelled(const Lease& lease, std::string_view reason = "cancelled");

  std::optional<Job> find(const JobId& job);
  /// @throws Error(not_found) when there is no such job.
  Job get(const JobId& job);
  /// @throws Error(invalid_argument) for a limit out of range or a malformed cursor.
  JobPage list(const JobFilter& filter);
  /// Every change of the job's state, oldest first. @throws Error(not_found) when there is no such job.
  std::vector<Transition> transitions(const JobId& job);

 private:
  std::optional<Lease> claim_any(const pg::Params& params);
  void end_unbegun(const Lease& lease, JobState to, std::string_view reason);

  pg::Pool& control_;
  const TransitionHook on_transition_;
};

}  // namespace tenure::jobs
