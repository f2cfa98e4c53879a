#pragma once

#include "base/clock.h"
#include "base/error.h"

namespace tenure::erasure {

/// What may become of a call to a service that failed.
enum class FailureKind {
  busy,         ///< somebody else held a lock or kept writing: soon over
  unreachable,  ///< no connection, no answer in time, "later"
  permanent,    ///< the same call would fail again
};

FailureKind kind_of(ErrorCode code, Retry retry);

/// How long to wait after the `attempt`th failure (from 1): exponential from 100 ms (busy) or 250 ms (unreachable), at
/// most 10 s or 60 s.
Milliseconds backoff(FailureKind kind, int attempt);

/// The same, half as long or up to half as long again, so that many jobs do not come back at once. `random` is in [0,
/// 1).
Milliseconds with_jitter(Milliseconds delay, double random);

/// What `attempts` failures have waited for in all.
Milliseconds waited_after(FailureKind kind, int attempts);

}  // namespace tenure::erasure
