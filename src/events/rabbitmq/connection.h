#pragma once

#include <memory>

#include "base/call.h"
#include "events/rabbitmq/address.h"

struct amqp_connection_state_t_;

namespace tenure::events {

/// librabbitmq's connection, cut when its owner goes.
struct ConnectionCloser {
  void operator()(amqp_connection_state_t_* connection) const;
};
using BrokerConnection = std::unique_ptr<amqp_connection_state_t_, ConnectionCloser>;

/// The one channel that each connection has.
inline constexpr std::uint16_t kChannel = 1;

/// Connects, checks the broker's certificate and its name where the URL says amqps, logs in and opens the channel,
/// within the call and at most 5 s a step. The connection has heartbeats: whoever holds it reads from it every few
/// seconds. @throws Error(unavailable) when the broker cannot be reached, does not prove who it is, or refuses the
/// login; Error(timeout) when the call had ended before; never with the password in it.
BrokerConnection open_connection(const BrokerSettings& settings, const Call& call);

/// Says goodbye before it is cut; half a second at most.
void close_politely(BrokerConnection connection);

/// What is left of the call, for librabbitmq; at most 5 s.
timeval time_left(const Call& call);

}  // namespace tenure::events
