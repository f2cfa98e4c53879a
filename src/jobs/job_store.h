#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/page_cursor.h"
#include "jobs/job.h"
#include "pg/pool.h"
#include "pg/transaction.h"

namespace tenure::jobs {

/// Creates schema `tenure` and its tables where they are missing. Safe to repeat and from several processes at once.
void install_schema(pg::Connection& connection);

/// "the tenant is being deleted already by job …", as Error(conflict).
Error already_active(const Subject& subject, const JobId& active);

/// Which jobs to list; absent means any.
struct JobFilter {
  std::optional<TenantId> tenant = std::nullopt;
  std::optional<UserId> user = std::nullopt;  ///< whose deletion it is
  std::optional<JobState> state = std::nullopt;
  int limit = 100;  ///< 1 to 500
  std::optional<std::string> cursor = std::nullopt;
};

struct JobPage {
  std::vector<Job> jobs;  ///< newest first
  std::string next;       ///< cursor of the following page; empty on the last one
};

/// Durable jobs and their steps, in schema `tenure` of the control database. Several processes may share it: a job
/// has one owner at a time, by a lease that the database's clock decides. Thread-safe.
///
/// What takes a Lease throws Error(conflict) once the job has another owner or has ended, and then changed nothing.
class JobStore {
 public:
  explicit JobStore(pg::Pool& control) : control_(control) {}

  /// Adds a pending job. @throws Error(conflict) naming the active job when the subject has one.
  JobId enqueue(const NewJob& job);
  /// Adds a job that is leased to `owner` from the start, so that no other orchestrator can take it.
  /// @throws as enqueue.
  Lease enqueue_leased(const NewJob& job, const std::string& owner, Milliseconds lease);
  std::optional<JobId> find_active(const Subject& subject);

  /// Takes the oldest job that is pending or whose lease ran out; nullopt when there is none.
  std::optional<Lease> claim(const std::string& owner, Milliseconds lease);
  /// As claim, for this job only.
  std::optional<Lease> claim(const JobId& job, const std::string& owner, Milliseconds lease);
  void heartbeat(const Lease& lease, Milliseconds extension);
  /// Gives the job back as it is, to be claimed again at once, without spending a try.
  void release(const Lease& lease);

  /// Marks the step running and counts an attempt; its counts stay.
  void begin_step(const Lease& lease, const std::string& service, int round);
  /// Stores what `step` holds apart from round, attempts and times.
  void finish_step(const Lease& lease, const Step& step);
  void advance(const Lease& lease, JobState from, JobState to);
  /// Stores what becomes, or became, of a tenant that the job's user owned.
  void put_owned_tenant(const Lease& lease, const OwnedTenant& tenant);
  /// Ends the job; its lease is over. `errors` must not be empty when it failed. `also` runs in the same transaction,
  /// once more when the transaction has to be repeated.
  void finish(const Lease& lease, JobState from, JobState to, const std::vector<std::string>& errors,
              const std::function<void(pg::Transaction&)>& also = {});

  std::optional<Job> find(const JobId& job);
  /// @throws Error(not_found) when there is no such job.
  Job get(const JobId& job);
  /// @throws Error(invalid_argument) for a limit out of range or a malformed cursor.
  JobPage list(const JobFilter& filter);

 private:
  std::optional<Lease> claim_any(const pg::Params& params);

  pg::Pool& control_;
};

}  // namespace tenure::jobs
