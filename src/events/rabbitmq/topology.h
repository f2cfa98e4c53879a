#pragma once

#include <string>
#include <vector>

#include "events/rabbitmq/session.h"

/// What an estate has in its virtual host; docs/events.md describes it for those who join in another language.
namespace tenure::events {

inline constexpr const char* kEventExchange = "tenure.events";      ///< topic; whoever listens binds a queue of theirs
inline constexpr const char* kRequestExchange = "tenure.requests";  ///< direct; the key is the service's name
inline constexpr const char* kAnswerExchange = "tenure.answers";    ///< direct; the key is kAnswerKey
inline constexpr const char* kDeadExchange = "tenure.dead";         ///< direct; the key is the queue it died in
inline constexpr const char* kAnswerKey = "answers";
inline constexpr const char* kAnswerQueue = "tenure.answers";

/// How often a message may come back before it is dead.
inline constexpr int kDeliveryLimit = 5;

/// "tenure.requests.orders".
std::string request_queue(const std::string& service);
/// "tenure.requests.orders.dead".
std::string dead_queue(const std::string& queue);

/// Makes what is missing: the exchanges, the queue of the answers, one of requests for each service, and one of dead
/// letters for each of these. @throws as the session.
void declare_topology(Session& session, const std::vector<std::string>& services);

/// The queues above whose messages can die.
std::vector<std::string> queues_of(const std::vector<std::string>& services);

}  // namespace tenure::events
