#pragma once

#include <functional>
#include <optional>
#include <stop_token>

#include "events/message.h"

namespace tenure::events {

/// What a consumer has done with a message.
struct Outcome {
  /// false: it is malformed or for somebody else; it becomes a dead letter for people to look at.
  bool is_understood = true;
  std::optional<Message> reply = std::nullopt;  ///< goes out before the message is settled
};

/// Sees to a message; called from several threads at once, and for the same message again after a crash, perhaps while
/// an earlier call for it still runs elsewhere. @throws Error when it cannot do so now, or was asked to stop: it is
/// called again after a while, here or elsewhere.
using Handler = std::function<Outcome(const Message& message, const std::stop_token& stop)>;

/// Calls the handler until it has seen to the message; an error that will not pass makes it a dead letter after a few
/// times. Nothing when a stop was asked for before. `on_error` is told what went wrong each time; it may be null.
std::optional<Outcome> handle_patiently(const Handler& handler, const Message& message, const std::stop_token& stop,
                                        const std::function<void(const std::string& what)>& on_error);

}  // namespace tenure::events
