#pragma once

#include <stop_token>

#include "base/clock.h"

namespace tenure {

/// What every call that waits on something outside carries: when it must have ended, and whether someone asked it to
/// stop sooner. Passed by value.
struct Call {
  Deadline deadline;
  std::stop_token stop;

  static Call within(Milliseconds duration) { return Call{Deadline::after(duration), {}}; }

  bool has_ended() const { return deadline.has_passed() || stop.stop_requested(); }
  /// @throws Error(timeout, Retry::later) when it has ended.
  void check() const;
};

}  // namespace tenure
