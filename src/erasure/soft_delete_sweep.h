#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "erasure/erase_tenant.h"
#include "tenancy/tenants.h"

namespace tenure::erasure {

/// Starts the deletion of soft-deleted tenants whose window has ended (spec B8), and of those whose deletion was
/// ordered by a process that died before it had made the job. Several processes may sweep at once: a tenant has one
/// job. Thread-safe.
class SoftDeleteSweep {
 public:
  /// What was started, and what went wrong for a tenant or for the sweep as a whole.
  struct Outcome {
    std::vector<JobId> started;
    std::vector<std::string> errors;
  };

  SoftDeleteSweep(tenancy::Tenants& tenants, jobs::JobStore& jobs, EraseTenant& erase_tenant)
      : tenants_(tenants), jobs_(jobs), erase_tenant_(erase_tenant) {}
  /// Stops sweeping.
  ~SoftDeleteSweep();
  SoftDeleteSweep(const SoftDeleteSweep&) = delete;
  SoftDeleteSweep& operator=(const SoftDeleteSweep&) = delete;

  Outcome sweep(const Call& call);

  /// Sweeps at once and then every `interval`, on a thread of its own, and tells `on_outcome` when something was
  /// started or failed.
  void start(Milliseconds interval, std::function<void(const Outcome&)> on_outcome);
  void stop();

 private:
  void sweep_due(Outcome& outcome, const Call& call);
  void sweep_unstarted(Outcome& outcome, const Call& call);

  tenancy::Tenants& tenants_;
  jobs::JobStore& jobs_;
  EraseTenant& erase_tenant_;
  std::mutex mutex_;
  std::condition_variable_any stopped_;
  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace tenure::erasure
