#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "events/outbox.h"

namespace tenure::events {

/// Relays the outbox on a thread of its own: at once when something was published, by NOTIFY, and once a second in
/// case that was missed. While the other side is gone it waits, ever longer, and tries again; whoever publishes
/// notices nothing.
class RelayThread {
 public:
  /// Called from the thread, with why something was not delivered; once for as long as the reason is the same.
  using OnError = std::function<void(const std::string& what)>;

  /// `control` and `transport` outlive it.
  RelayThread(pg::Pool& control, Transport& transport, OnError on_error = {});
  ~RelayThread();
  RelayThread(const RelayThread&) = delete;
  RelayThread& operator=(const RelayThread&) = delete;

  void start();
  /// Delivers what is there once more, and returns. A second call does nothing.
  void stop();

 private:
  void relay(const std::stop_token& stop);
  enum class Round { nothing_left, more_left, failed };
  Round run_round(Milliseconds timeout);
  int deliver(const Call& call);
  void report(const std::string& what);
  void listen();
  void wait(int failures, const std::stop_token& stop);

  pg::Pool& control_;
  Transport& transport_;
  OutboxRelay relay_;
  const OnError on_error_;
  std::optional<pg::Connection> ear_;  // used by the thread only
  MonotonicTime forget_at_{};          // likewise
  std::string last_error_;             // likewise
  std::mutex mutex_;
  std::condition_variable_any stopped_;
  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace tenure::events
