#include "events/workers.h"

#include <utility>

namespace tenure::events {

Workers::Workers(int count) {
  for (int at = 0; at < count; ++at) threads_.emplace_back([this] { run(); });
}

Workers::~Workers() {
  {
    const std::lock_guard lock(mutex_);
    is_over_ = true;
    waiting_.clear();
  }
  stop_.request_stop();
  changed_.notify_all();
}

void Workers::post(Work work) {
  const std::lock_guard lock(mutex_);
  waiting_.push_back(std::move(work));
  ++unfinished_;
  changed_.notify_all();
}

void Workers::request_stop() { stop_.request_stop(); }

bool Workers::wait_until_idle(std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, patience, [&] { return unfinished_ == 0; });
}

void Workers::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [&] { return is_over_ || !waiting_.empty(); });
    if (is_over_) return;
    auto work = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    work(stop_.get_token());
    work = nullptr;
    lock.lock();
    --unfinished_;
    changed_.notify_all();
  }
}

}  // namespace tenure::events
