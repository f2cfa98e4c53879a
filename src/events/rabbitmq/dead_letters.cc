#include "events/rabbitmq/dead_letters.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "base/error.h"
#include "base/pause.h"
#include "events/rabbitmq/topology.h"

namespace tenure::events {
namespace {

constexpr Milliseconds kPatience{5000};
constexpr Milliseconds kMoment{10};
constexpr int kAhead = 100;

/// The broker's count may be a moment old, so that fewer come.
std::optional<Arrival> next_of(Session& session, const Call& call) {
  return session.next({Deadline::after(std::min(call.deadline.left(), kPatience)), call.stop});
}

// A quorum queue is a moment behind its own word that a message is back.
void wait_until_back(Session& session, const std::string& queue, std::size_t count, const Call& call) {
  const auto until = Deadline::after(std::min(call.deadline.left(), kPatience));
  while (session.count(queue) < static_cast<std::int64_t>(count) && !until.has_passed()) pause(kMoment, call.stop);
}

/// The first messages of the queue, unsettled on the session.
std::vector<Arrival> look_at(Session& session, const std::string& queue, std::int64_t most, const Call& call) {
  std::vector<Arrival> arrivals;
  const auto count = std::min(session.count(queue), most);
  if (count == 0) return arrivals;
  session.consume(queue, static_cast<int>(count));
  while (static_cast<std::int64_t>(arrivals.size()) < count) {
    auto arrival = next_of(session, call);
    if (!arrival) break;
    arrivals.push_back(*std::move(arrival));
  }
  return arrivals;
}

/// The first messages of the queue, none when it is not there. They go back with the session, which ends here.
std::vector<Arrival> arrivals_in(const BrokerSettings& broker, const std::string& queue, int most, const Call& call) {
  auto session = Session::open(broker, call);
  try {
    return look_at(session, queue, most, call);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::not_found) throw;
    return {};
  }
}

}  // namespace

std::vector<DeadLetter> list_dead_letters(const BrokerSettings& broker, const std::vector<std::string>& queues,
                                          int most, const Call& call) {
  std::vector<DeadLetter> letters;
  auto watch = Session::open(broker, call);
  for (const auto& queue : queues) {
    const auto arrivals = arrivals_in(broker, dead_queue(queue), most, call);
    for (const auto& arrival : arrivals) {
      letters.push_back({.queue = queue,
                         .message_id = arrival.message.id,
                         .type = arrival.message.type,
                         .bytes = static_cast<std::int64_t>(arrival.message.body.size()),
                         .death = arrival.death.value_or(Death{})});
    }
    if (!arrivals.empty()) wait_until_back(watch, dead_queue(queue), arrivals.size(), call);
  }
  return letters;
}

bool has_expired(const Death& death) { return death.reason == "expired"; }

Redriven redrive(const BrokerSettings& broker, const std::string& queue, std::int64_t most, const Call& call) {
  auto session = Session::open(broker, call);
  session.count(queue);
  const auto count = std::min(session.count(dead_queue(queue)), most);
  Redriven redriven;
  if (count == 0) return redriven;
  session.consume(dead_queue(queue), kAhead);
  while (redriven.put_back + redriven.dropped < count) {
    const auto arrival = next_of(session, call);
    if (!arrival) break;
    if (arrival->death && has_expired(*arrival->death)) {
      ++redriven.dropped;
    } else {
      if (session.publish({.exchange = "", .key = queue}, arrival->message, call) != Fate::queued) {
        throw Error(ErrorCode::not_found, fmt::format("queue {}: it was removed meanwhile", queue));
      }
      ++redriven.put_back;
    }
    session.acknowledge(*arrival);
  }
  return redriven;
}

}  // namespace tenure::events
