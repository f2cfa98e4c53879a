#include "base/clock.h"

#include <fmt/chrono.h>

#include <algorithm>

namespace tenure {

std::string to_rfc3339(WallTime time) {
  const auto millis = std::chrono::duration_cast<Milliseconds>(time.time_since_epoch());
  const auto seconds = std::chrono::floor<std::chrono::seconds>(millis);
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(static_cast<std::time_t>(seconds.count())),
                     (millis - seconds).count());
}

Milliseconds Deadline::left() const {
  if (is_unlimited()) return Milliseconds(std::chrono::hours(24 * 365));
  const auto left = std::chrono::duration_cast<Milliseconds>(at_ - std::chrono::steady_clock::now());
  return std::max(left, Milliseconds(0));
}

}  // namespace tenure
