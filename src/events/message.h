#pragma once

#include <optional>
#include <string>

#include "base/clock.h"
#include "base/trace_context.h"

namespace tenure::events {

/// What goes from one process to another. Every message is persistent JSON.
struct Message {
  std::string id;                ///< the same one again is the same message again; at most 255 bytes
  std::string type;              ///< what happened or is asked for
  std::string body;              ///< a JSON object; ids and counts, never personal data
  std::string correlation_id{};  ///< of an answer: the id of its request
  WallTime sent_at{};            ///< whole seconds
  /// The broker takes it out of its queue after so long.
  std::optional<Milliseconds> expires_in{};
  std::optional<TraceContext> trace{};  ///< the header `traceparent`
};

}  // namespace tenure::events
