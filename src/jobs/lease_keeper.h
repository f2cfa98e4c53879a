#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "jobs/job_store.h"

namespace tenure::jobs {

/// Extends a lease from a thread of its own, three times within each `duration`, until destroyed. A control database
/// that cannot be reached is tried again at the next beat. Thread-safe.
class LeaseKeeper {
 public:
  /// `on_lost` is called at most once, from that thread, when the job turned out to have another owner.
  LeaseKeeper(JobStore& store, const Lease& lease, Milliseconds duration, std::function<void()> on_lost);
  LeaseKeeper(const LeaseKeeper&) = delete;
  LeaseKeeper& operator=(const LeaseKeeper&) = delete;

  /// Runs `change`, which gets a lease for the present one, and keeps that one from then on; no beat comes between.
  /// What `change` throws is passed on, and the present lease kept.
  Lease exchange(const std::function<Lease(const Lease&)>& change);

 private:
  void keep(const std::stop_token& stop);
  bool beat();

  JobStore& store_;
  const Milliseconds duration_;
  const std::function<void()> on_lost_;
  std::mutex mutex_;
  Lease lease_;  // guarded by mutex_
  std::condition_variable_any stopped_;
  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace tenure::jobs
