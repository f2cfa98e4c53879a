#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <stop_token>

#include "base/clock.h"

namespace tenure::erasure {

/// Letters from many threads to one reader, in order of arrival. Thread-safe.
template <class Letter>
class Mailbox {
 public:
  void post(Letter letter) {
    const std::lock_guard lock(mutex_);
    letters_.push_back(std::move(letter));
    posted_.notify_one();
  }

  /// The next letter; nullopt when `until` or a stop request comes first.
  std::optional<Letter> wait(MonotonicTime until, const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    if (!posted_.wait_until(lock, stop, until, [&] { return !letters_.empty(); })) return std::nullopt;
    std::optional<Letter> letter(std::move(letters_.front()));
    letters_.pop_front();
    return letter;
  }

 private:
  std::mutex mutex_;
  std::condition_variable_any posted_;
  std::deque<Letter> letters_;  // guarded by mutex_
};

}  // namespace tenure::erasure
