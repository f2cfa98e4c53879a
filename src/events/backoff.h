#pragma once

#include <algorithm>
#include <random>

#include "base/clock.h"

namespace tenure::events {

/// How long to wait after so many failures in a row: half a second, doubled each time, at most ten seconds; up to a
/// quarter shorter, so that those who lost the same broker do not come back at the same instant.
inline Milliseconds backoff(int failures) {
  const auto longest = std::min<std::int64_t>(10000, std::int64_t{500} << std::clamp(failures - 1, 0, 10));
  static thread_local std::minstd_rand random(std::random_device{}());
  return Milliseconds(std::uniform_int_distribution<std::int64_t>(longest * 3 / 4, longest)(random));
}

}  // namespace tenure::events
