#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "notifications/queue/receiver.h"

namespace tenure::notifications {

/// What a courier has to say.
struct CourierReport {
  enum class What {
    delivered,
    put_off,   ///< it will be tried again
    given_up,  ///< it will not
    trouble,   ///< the queue could not be read; there is no notice
  };
  What what = What::delivered;
  std::string_view receiver;           ///< its kind
  const KeptNotice* notice = nullptr;  ///< null in trouble
  std::string why = {};                ///< of all but delivered; without an address
};

/// Brings one receiver its notices, from a thread of its own: as soon as they are there, and after a failure again and
/// again, from a second later up to ten minutes later, until the queue gives them up. At least once: when the process
/// dies before it has noted that one arrived, that one comes again.
class Courier {
 public:
  using OnReport = std::function<void(const CourierReport& report)>;

  /// All outlive it; `on_report` is called from its thread.
  Courier(NoticeQueue& queue, Receiver& receiver, OnReport on_report);
  /// Stops without waiting for what is on its way.
  ~Courier();
  Courier(const Courier&) = delete;
  Courier& operator=(const Courier&) = delete;

  void start();
  /// Lets what is on its way arrive for as long as `drain`; what was not tried is somebody else's. A second call does
  /// nothing.
  void stop(Milliseconds drain);

  /// Tries what is due, each once, on the caller's thread, while the call lasts. Throws nothing. Not beside start().
  void deliver_due(const Call& call);

 private:
  void run(const std::stop_token& stop);
  bool deliver_next(const Call& call);
  void report_trouble(const std::string& why);
  void settle(const KeptNotice& notice, const Attempt& attempt);
  Attempt try_once(const KeptNotice& notice, const Call& call);

  NoticeQueue& queue_;
  Receiver& receiver_;
  const OnReport on_report_;
  std::stop_source calls_;  ///< what is on its way is broken off
  MonotonicTime tidy_at_{};
  std::mutex mutex_;
  std::condition_variable_any ended_;  // guarded by mutex_, as is the next
  bool has_ended_ = true;
  std::jthread thread_;  // last: it uses all of the above
};

/// How long to wait after the `tries`th failure (from 1): a second, doubled each time, at most ten minutes.
Milliseconds pause_after(int tries);

}  // namespace tenure::notifications
