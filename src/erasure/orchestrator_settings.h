#pragma once

#include <optional>

#include "base/clock.h"
#include "erasure/backoff.h"

namespace tenure::erasure {

struct OrchestratorSettings {
  Milliseconds lease{6000};  ///< how long after its owner's death a job is taken over
  Milliseconds grace{5000};  ///< how long after its deadline, or a stop request, a service may still answer
  int rounds = 3;            ///< erasures of a service in which rows keep appearing
  bool is_atomic = false;    ///< services that can prepare erase in one instant, by two-phase commit
  /// How long failures that may pass are waited for in all, by a service and job; absent: for ever.
  std::optional<Milliseconds> give_up_after = std::nullopt;

  /// Whether a service that failed so often is given up on.
  bool is_enough(FailureKind kind, int attempts) const {
    return give_up_after && waited_after(kind, attempts) >= *give_up_after;
  }
};

}  // namespace tenure::erasure
