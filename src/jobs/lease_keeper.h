#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "jobs/job_store.h"

namespace tenure::jobs {

/// Whether a worker is to stop its calls when somebody asks for a cancellation or places a hold meanwhile.
enum class Requests { heeded, ignored };

/// Extends a lease from a thread of its own, three times within each `duration`, until destroyed. A control database
/// that cannot be reached is tried again at the next beat.
class LeaseKeeper {
 public:
  /// `on_interrupt` is called at most once, from that thread: when the job turned out to have another owner, or, where
  /// requests are heeded, when there is one.
  LeaseKeeper(JobStore& store, const Lease& lease, Milliseconds duration, Requests requests,
              std::function<void()> on_interrupt);
  LeaseKeeper(const LeaseKeeper&) = delete;
  LeaseKeeper& operator=(const LeaseKeeper&) = delete;

 private:
  void keep(const std::stop_token& stop);
  /// False when the worker is to stop.
  bool beat();

  JobStore& store_;
  const Lease lease_;
  const Milliseconds duration_;
  const Requests requests_;
  const std::function<void()> on_interrupt_;
  std::mutex mutex_;
  std::condition_variable_any stopped_;
  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace tenure::jobs
