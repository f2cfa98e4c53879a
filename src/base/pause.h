#pragma once

#include <stop_token>

#include "base/clock.h"

namespace tenure {

/// Waits for so long, or returns at once on a stop request.
void pause(std::chrono::microseconds duration, const std::stop_token& stop);

}  // namespace tenure
