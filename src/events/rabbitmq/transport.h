#pragma once

#include <optional>
#include <string>
#include <vector>

#include "events/outbox.h"
#include "events/rabbitmq/session.h"

namespace tenure::events {

/// Leads an outbox to RabbitMQ. It connects when there is something to deliver, and again after the connection was
/// lost. An event is delivered when the broker has confirmed it; a request that no queue took is not, though the broker
/// confirms that as well. One thread at a time.
class BrokerTransport final : public Transport {
 public:
  /// `services` are those that requests go to.
  BrokerTransport(BrokerSettings settings, std::vector<std::string> services)
      : settings_(std::move(settings)), services_(std::move(services)) {}

  void deliver(const Delivery& delivery, const Call& call) override;
  void tend() override;

 private:
  Session& connected(const Call& call);

  const BrokerSettings settings_;
  const std::vector<std::string> services_;
  std::optional<Session> session_;
};

}  // namespace tenure::events
