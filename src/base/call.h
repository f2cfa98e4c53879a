#pragma once

#include <optional>
#include <stop_token>

#include "base/actor.h"
#include "base/clock.h"
#include "base/trace_context.h"

namespace tenure {

/// What every call that waits on something outside carries: when it must have ended, whether someone asked it to stop
/// sooner, what it is a part of, and for whom it is made. Passed by value.
struct Call {
  Deadline deadline;
  std::stop_token stop;
  std::optional<TraceContext> trace = std::nullopt;  ///< absent: of nothing that is followed
  std::optional<Actor> by = std::nullopt;            ///< absent: for nobody in particular, or the system itself

  static Call within(Milliseconds duration) { return Call{Deadline::after(duration), {}}; }

  bool has_ended() const { return deadline.has_passed() || stop.stop_requested(); }
  /// @throws Error(timeout, Retry::later) when it has ended.
  void check() const;
};

}  // namespace tenure
