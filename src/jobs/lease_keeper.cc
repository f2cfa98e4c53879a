#include "jobs/lease_keeper.h"

#include "base/error.h"

namespace tenure::jobs {

LeaseKeeper::LeaseKeeper(JobStore& store, const Lease& lease, Milliseconds duration, Requests requests,
                         std::function<void()> on_interrupt)
    : store_(store),
      lease_(lease),
      duration_(duration),
      requests_(requests),
      on_interrupt_(std::move(on_interrupt)),
      thread_([this](const std::stop_token& stop) { keep(stop); }) {}

void LeaseKeeper::keep(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    stopped_.wait_for(lock, stop, duration_ / 3, [] { return false; });
    if (stop.stop_requested()) return;
    if (!beat()) {
      on_interrupt_();
      return;
    }
  }
}

bool LeaseKeeper::beat() {
  try {
    store_.heartbeat(lease_, duration_);
    if (requests_ == Requests::ignored) return true;
    const auto asked = store_.checkpoint(lease_);
    return !asked.is_cancel_requested && !asked.is_held;
  } catch (const Error& error) {
    return error.code() != ErrorCode::conflict;
  }
}

}  // namespace tenure::jobs
