#include "events/rabbitmq/transport.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "events/rabbitmq/topology.h"

namespace tenure::events {
namespace {

Route route_of(const Event& event) {
  if (event.recipient.empty()) return {.exchange = kEventExchange, .key = event.topic};
  return {.exchange = kRequestExchange, .key = event.recipient};
}

Message message_of(const Delivery& delivery) {
  Message message{.id = delivery.event.id.str(),
                  .type = delivery.event.topic,
                  .body = delivery.event.payload,
                  .sent_at = delivery.published_at,
                  .trace = delivery.event.trace};
  // 0 would be "unless somebody takes it at once".
  if (!delivery.expiry.is_unlimited()) message.expires_in = std::max(delivery.expiry.left(), Milliseconds(1));
  return message;
}

}  // namespace

void BrokerTransport::deliver(const Delivery& delivery, const Call& call) {
  const auto& event = delivery.event;
  try {
    auto& session = connected(call);
    // To whoever listens may well be nobody.
    if (session.publish(route_of(event), message_of(delivery), call) == Fate::queued || event.recipient.empty()) return;
    // Somebody removed the queue, unless there never was one.
    if (std::ranges::find(services_, event.recipient) != services_.end()) {
      declare_topology(session, services_);
      if (session.publish(route_of(event), message_of(delivery), call) == Fate::queued) return;
    }
  } catch (const Error& error) {
    session_.reset();
    // An exchange that was removed is there again after the next connection; nobody else's events should go first.
    if (error.code() == ErrorCode::not_found) throw Error(ErrorCode::unavailable, error.what(), Retry::later);
    throw;
  }
  throw Error(ErrorCode::not_found, fmt::format("no queue takes requests for service {}", event.recipient));
}

void BrokerTransport::tend() {
  if (!session_) return;
  try {
    session_->tend();
  } catch (const Error&) {
    // Whatever is next in line connects again, and says what is wrong if that fails.
    session_.reset();
  }
}

Session& BrokerTransport::connected(const Call& call) {
  if (!session_) {
    auto session = Session::open(settings_, call);
    declare_topology(session, services_);
    session_ = std::move(session);
  }
  return *session_;
}

}  // namespace tenure::events
