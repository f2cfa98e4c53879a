#pragma once

#include <condition_variable>
#include <mutex>
#include <string>

#include "base/call.h"

namespace tenure::identity {

/// A queue before something dear: a few at a time may do it, a few more wait for their turn, and everybody beyond is
/// sent away at once, so that a wave of callers never holds more threads than these. Thread-safe.
class Turns {
 public:
  /// `what` begins the messages of errors. @throws Error(invalid_argument) unless at least one is let in at a time.
  Turns(std::string what, int at_once, int most_waiting);

  /// Held as long as it lasts.
  class Turn {
   public:
    explicit Turn(Turns& turns) : turns_(turns) {}
    ~Turn() { turns_.give_back(); }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

   private:
    Turns& turns_;
  };

  /// Waits for a turn. @throws Error(unavailable, Retry::later) at once when enough are waiting already,
  /// Error(timeout, Retry::later) when the call ends first.
  [[nodiscard]] Turn take(const Call& call);
  /// How many are waiting now.
  int waiting() const;

 private:
  void give_back();

  const std::string what_;
  const int at_once_;
  const int most_waiting_;
  mutable std::mutex mutex_;
  std::condition_variable_any freed_;
  int running_ = 0;  // guarded by mutex_
  int waiting_ = 0;  // likewise
};

}  // namespace tenure::identity
