#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "events/rabbitmq/session.h"

namespace tenure::events {

/// A message that nobody could handle.
struct DeadLetter {
  std::string queue;  ///< the one it died in
  std::string message_id;
  std::string type;
  std::int64_t bytes = 0;
  Death death;
};

/// What is dead in each of the queues, the oldest first, at most `most` of each; everything stays where it is.
/// A queue that does not exist has none. @throws Error(unavailable).
std::vector<DeadLetter> list_dead_letters(const BrokerSettings& broker, const std::vector<std::string>& queues,
                                          int most, const Call& call);

/// Whether it only expired: nobody waits for it any more, and it is not put back.
bool has_expired(const Death& death);

/// What became of dead letters.
struct Redriven {
  int put_back = 0;
  int dropped = 0;  ///< those that had expired
};

/// Puts what is dead in the queue at this moment back into it, the oldest first and at most so many: each is there
/// again before it is taken off the dead letters, so a crash in between may leave it in both, which an inbox sorts out.
/// What had expired is dropped. @throws Error(not_found) when there is no such queue, Error(unavailable).
Redriven redrive(const BrokerSettings& broker, const std::string& queue, std::int64_t most, const Call& call);

}  // namespace tenure::events
