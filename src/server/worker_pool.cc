#include "server/worker_pool.h"

#include <utility>

namespace tenure::server {

WorkerPool::WorkerPool(std::size_t threads, std::size_t queue_limit) : queue_limit_(queue_limit) {
  for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
}

WorkerPool::~WorkerPool() {
  {
    const std::lock_guard guard(mutex_);
    is_ending_ = true;
  }
  has_task_.notify_all();
  for (auto& thread : threads_) thread.join();
}

bool WorkerPool::try_submit(std::function<void()> task) {
  {
    const std::lock_guard guard(mutex_);
    if (queue_.size() >= queue_limit_) return false;
    queue_.push_back(std::move(task));
  }
  has_task_.notify_one();
  return true;
}

bool WorkerPool::wait_until_idle(const Deadline& deadline) {
  std::unique_lock lock(mutex_);
  const auto idle = [this] { return queue_.empty() && running_ == 0; };
  if (deadline.is_unlimited()) {
    is_idle_.wait(lock, idle);
    return true;
  }
  return is_idle_.wait_until(lock, deadline.time(), idle);
}

void WorkerPool::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    has_task_.wait(lock, [this] { return is_ending_ || !queue_.empty(); });
    if (queue_.empty()) return;
    auto task = std::move(queue_.front());
    queue_.pop_front();
    ++running_;
    lock.unlock();
    task();
    task = nullptr;
    lock.lock();
    --running_;
    if (queue_.empty() && running_ == 0) is_idle_.notify_all();
  }
}

}  // namespace tenure::server
