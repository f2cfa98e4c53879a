#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace tenure::events {

/// A few threads that do what they are given, begun in the order in which it came. Thread-safe.
///
///     Workers workers(4);
///     workers.post([&](const std::stop_token& stop) { … });
class Workers {
 public:
  /// Must not throw.
  using Work = std::function<void(const std::stop_token& stop)>;

  explicit Workers(int count);
  /// Asks running work to stop and waits for it; work that has not begun is dropped.
  ~Workers();
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  void post(Work work);
  /// Running work is asked to stop, and what begins later is told so at once.
  void request_stop();
  /// Waits until nothing is left to do; false when that takes longer.
  bool wait_until_idle(std::chrono::milliseconds patience);

 private:
  void run();

  std::stop_source stop_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Work> waiting_;  // guarded by mutex_, as are the two below
  int unfinished_ = 0;
  bool is_over_ = false;
  std::vector<std::jthread> threads_;  // last: they use all of the above
};

}  // namespace tenure::events
