#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "erasure/orchestrator.h"

namespace tenure::erasure {

struct RunnerSettings {
  std::string owner;  ///< names this process in a lease
  int jobs_at_once = 4;
  Milliseconds poll{1000};  ///< how often it looks for jobs that nobody announced
};

/// Both are called from several threads at once.
struct RunnerHooks {
  ErasureListener on_event;
  /// An error that ended a run or a claim without ending the job; it will be tried again.
  std::function<void(const std::string& what)> on_error;
};

/// Claims jobs and runs them, several at once, until stopped. Thread-safe.
class JobRunner {
 public:
  JobRunner(jobs::JobStore& store, Orchestrator& orchestrator, RunnerSettings settings, RunnerHooks hooks = {});
  /// Stops without waiting for running jobs.
  ~JobRunner();
  JobRunner(const JobRunner&) = delete;
  JobRunner& operator=(const JobRunner&) = delete;

  void start();
  /// A job was enqueued: look now instead of at the next poll.
  void wake();
  /// Stops claiming, lets running jobs end for as long as `drain`, then stops their calls and gives the jobs back.
  /// A second call does nothing.
  void stop(Milliseconds drain);

  /// Waits until the job has ended, whoever runs it; or until nothing is to be waited for now: a person has to do
  /// something, its time is ahead, or a service has been away for some seconds. @return the job as it then is. @throws
  /// Error(timeout) when `call` ends first, Error(not_found) when there is no such job.
  jobs::Job wait_for_end(const JobId& job, const Call& call);

 private:
  void work(const std::stop_token& stop);
  /// True when there was a job to run.
  bool run_next(const std::stop_token& stop);
  void wait_for_wake(std::uint64_t seen, const std::stop_token& stop);
  std::uint64_t wakes();
  bool is_stopping();
  void turn_ended(bool has_run);
  void report(const std::string& what) const;

  jobs::JobStore& store_;
  Orchestrator& orchestrator_;
  const RunnerSettings settings_;
  const RunnerHooks hooks_;

  std::mutex mutex_;
  std::condition_variable_any woken_;  // a wake or a stop
  std::condition_variable_any ended_;  // a run ended
  std::uint64_t wakes_ = 0;            // guarded by mutex_, as are the four below
  std::uint64_t ends_ = 0;
  int running_ = 0;  // workers that claim or run
  bool is_stopping_ = false;
  std::vector<std::jthread> workers_;  // last: they use all of the above
};

}  // namespace tenure::erasure
