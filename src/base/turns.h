#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/call.h"

namespace tenure {

/// A queue before something dear: a few at a time may do it, a few more wait for their turn, and everybody beyond is
/// sent away at once, so that a wave of callers never holds more threads than these. Thread-safe.
class Turns {
 public:
  /// `what` begins the messages of errors. @throws Error(invalid_argument) unless at least one is let in at a time.
  Turns(std::string what, int at_once, int most_waiting);

  /// Held until it is destroyed. The Turns outlive it.
  class [[nodiscard]] Turn {
   public:
    explicit Turn(Turns& turns) : turns_(&turns) {}

   private:
    struct GiveBack {
      void operator()(Turns* turns) const { turns->give_back(); }
    };
    std::unique_ptr<Turns, GiveBack> turns_;
  };

  /// Waits for a turn. @throws Error(unavailable, Retry::later) at once when enough are waiting already,
  /// Error(timeout, Retry::later) when the call ends first.
  Turn take(const Call& call);
  /// One that is free now; nullopt when there is none.
  std::optional<Turn> try_take();
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

}  // namespace tenure
