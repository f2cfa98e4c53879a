#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.h"
#include "events/message.h"

namespace tenure::events {

/// Which exchange a message goes to and by which key it is routed on.
struct Route {
  std::string exchange;  ///< empty: straight to the queue that `key` names
  std::string key;
};

/// Why and when a message came into a queue of dead letters.
struct Death {
  std::string reason;  ///< "rejected", "delivery_limit", "expired"
  std::string queue;   ///< where it was before
  std::optional<WallTime> at;
};

/// A message from a queue. It stays the queue's until it is settled.
struct Arrival {
  std::uint64_t tag = 0;  ///< settles it, on the session that it came on
  Message message;
  bool is_redelivered = false;
  std::optional<Death> death;
};

}  // namespace tenure::events
