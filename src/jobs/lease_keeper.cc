#include "jobs/lease_keeper.h"

#include "base/error.h"

namespace tenure::jobs {

LeaseKeeper::LeaseKeeper(JobStore& store, const Lease& lease, Milliseconds duration, std::function<void()> on_lost)
    : store_(store),
      duration_(duration),
      on_lost_(std::move(on_lost)),
      lease_(lease),
      thread_([this](const std::stop_token& stop) { keep(stop); }) {}

void LeaseKeeper::keep(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    stopped_.wait_for(lock, stop, duration_ / 3, [] { return false; });
    if (stop.stop_requested()) return;
    if (!beat()) {
      on_lost_();
      return;
    }
  }
}

Lease LeaseKeeper::exchange(const std::function<Lease(const Lease&)>& change) {
  const std::lock_guard lock(mutex_);
  lease_ = change(lease_);
  return lease_;
}

bool LeaseKeeper::beat() {
  try {
    store_.heartbeat(lease_, duration_);
  } catch (const Error& error) {
    return error.code() != ErrorCode::conflict;
  }
  return true;
}

}  // namespace tenure::jobs
