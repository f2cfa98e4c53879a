#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "notifications/channel.h"

namespace tenure::notifications {

/// How hard a channel is tried.
struct Patience {
  int tries = 3;
  Milliseconds timeout{5'000};         ///< of one try
  Milliseconds first_pause{500};       ///< after the first failure; doubled each time
  Milliseconds longest_pause{10'000};  ///< whatever a channel asks for by Retry-After
};

/// A notice that did not arrive: of which channel and why, without its address.
struct Undelivered {
  std::string_view channel;
  std::string kind;
  std::string why;
};

/// Posts notices to every channel, in the order in which they are told, from a thread of its own: whoever tells one
/// neither waits nor fails. What may pass is tried again: an answer of 429 or 5xx, no answer, no connection. A lost
/// answer can so post a notice twice. Thread-safe.
class Notifier {
 public:
  /// `on_undelivered` is called from the notifier's thread; it may be null.
  Notifier(std::vector<std::unique_ptr<Channel>> channels, Patience patience,
           std::function<void(const Undelivered& undelivered)> on_undelivered);
  /// Gives up what has not been delivered.
  ~Notifier();
  Notifier(const Notifier&) = delete;
  Notifier& operator=(const Notifier&) = delete;

  void tell(Notice notice);
  /// Waits until everything told so far is delivered or was given up.
  void flush();

 private:
  void run(const std::stop_token& stop);
  void deliver(const Notice& notice, const std::stop_token& stop);
  /// Why it did not arrive; empty: it did.
  std::string try_channel(const Channel& channel, const Notice& notice, const std::stop_token& stop) const;

  const std::vector<std::unique_ptr<Channel>> channels_;
  const Patience patience_;
  const std::function<void(const Undelivered& undelivered)> on_undelivered_;

  std::mutex mutex_;
  std::condition_variable_any changed_;  // guarded by mutex_, as are the two below
  std::deque<Notice> waiting_;
  bool is_delivering_ = false;
  std::jthread thread_;
};

}  // namespace tenure::notifications
