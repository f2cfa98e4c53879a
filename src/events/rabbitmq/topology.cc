#include "events/rabbitmq/topology.h"

namespace tenure::events {
namespace {

// Dead letters stay until somebody sees to them, however often they are looked at.
constexpr int kHardlyEver = 1000000;

void declare_queue(Session& session, const std::string& name, const Route& route) {
  session.declare_queue({.name = dead_queue(name), .delivery_limit = kHardlyEver});
  session.bind(dead_queue(name), {.exchange = kDeadExchange, .key = name});
  session.declare_queue({.name = name, .delivery_limit = kDeliveryLimit, .dead_letter_exchange = kDeadExchange});
  session.bind(name, route);
}

}  // namespace

std::string request_queue(const std::string& service) { return std::string(kRequestExchange) + "." + service; }

std::string dead_queue(const std::string& queue) { return queue + ".dead"; }

void declare_topology(Session& session, const std::vector<std::string>& services) {
  session.declare_exchange(kEventExchange, ExchangeKind::topic);
  for (const auto* exchange : {kRequestExchange, kAnswerExchange, kDeadExchange}) {
    session.declare_exchange(exchange, ExchangeKind::direct);
  }
  declare_queue(session, kAnswerQueue, {.exchange = kAnswerExchange, .key = kAnswerKey});
  for (const auto& service : services) {
    declare_queue(session, request_queue(service), {.exchange = kRequestExchange, .key = service});
  }
}

std::vector<std::string> queues_of(const std::vector<std::string>& services) {
  std::vector<std::string> queues{kAnswerQueue};
  for (const auto& service : services) queues.push_back(request_queue(service));
  return queues;
}

}  // namespace tenure::events
