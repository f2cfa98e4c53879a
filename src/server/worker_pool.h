#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "base/clock.h"

namespace tenure::server {

/// Threads that run tasks in the order in which they came, and a queue that never grows beyond its limit: a server that
/// cannot keep up says so at once. Tasks do not throw. Thread-safe.
class WorkerPool {
 public:
  WorkerPool(std::size_t threads, std::size_t queue_limit);
  /// Lets queued and running tasks finish.
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  /// False when the queue is full; the task is then not run.
  bool try_submit(std::function<void()> task);
  /// True when nothing is queued or running; waits for that until the deadline.
  bool wait_until_idle(const Deadline& deadline);

 private:
  void work();

  const std::size_t queue_limit_;
  std::mutex mutex_;
  std::condition_variable has_task_;
  std::condition_variable is_idle_;
  std::deque<std::function<void()>> queue_;  // guarded by mutex_
  std::size_t running_ = 0;                  // guarded by mutex_
  bool is_ending_ = false;                   // guarded by mutex_
  std::vector<std::thread> threads_;
};

}  // namespace tenure::server
