#pragma once

#include <optional>
#include <string>

#include "pg/pool.h"
#include "pg/transaction.h"

/// What a consumer has received and answered, in the database of its effects: a message that comes again has no second
/// effect. Table tenure.inbox.
namespace tenure::events {

/// A message as one consumer knows it.
struct InboxKey {
  std::string consumer;    ///< "requests", "answers"
  std::string message_id;  ///< at most 255 bytes
};

/// Creates tenure.inbox where it is missing. Not inside a transaction. @throws Error(refused) naming the privilege that
/// the role lacks.
void install_inbox(pg::Connection& connection);

/// Notes that the message has come, once more perhaps, and holds it until the transaction ends: a second consumer that
/// has it as well waits.
/// @return the answer that was given to it, a JSON object; nothing when there is none yet.
std::optional<std::string> receive(pg::Transaction& transaction, const InboxKey& key);

/// Notes the answer, a JSON object; from here on receive() returns it. In the transaction of the effect where there is
/// one.
void record_answer(pg::Transaction& transaction, const InboxKey& key, const std::string& answer);

/// Forgets what came more than 30 days ago.
void forget_received(pg::Connection& connection);

}  // namespace tenure::events
