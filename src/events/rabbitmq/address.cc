#include "events/rabbitmq/address.h"

#include <amqp.h>
#include <fmt/format.h>

#include "base/error.h"

namespace tenure::events {

BrokerAddress BrokerAddress::parse(const Secret& url) {
  // Cut to pieces in place.
  std::string text = url.reveal();
  amqp_connection_info parts{};
  amqp_default_connection_info(&parts);
  if (amqp_parse_url(text.data(), &parts) != AMQP_STATUS_OK) {
    throw Error(ErrorCode::invalid_argument, "the broker's URL is not amqp:// or amqps:// as RabbitMQ reads it");
  }
  const std::string vhost(parts.vhost);
  return {.host = parts.host,
          .port = parts.port,
          .vhost = vhost.empty() ? "/" : vhost,
          .user = parts.user,
          .password = Secret(parts.password),
          .is_tls = parts.ssl != 0};
}

std::string BrokerAddress::description() const {
  return fmt::format("broker {}:{}{}{} as {}", host, port, vhost.starts_with('/') ? "" : "/", vhost, user);
}

}  // namespace tenure::events
