#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/assembly.h"
#include "events/rabbitmq/consumer.h"
#include "events/relay_thread.h"
#include "messaging/in_process.h"
#include "messaging/responder.h"

namespace tenure::cli {

/// Which messages are a process's work.
struct MessageWork {
  bool orchestrates = false;      ///< it relays the outbox and receives answers
  std::vector<std::string> held;  ///< the services, of those reached by message, whose requests it carries out
  bool logs_what_leaves = false;  ///< where there is no broker, being logged is all that becomes of an event
};

/// What a process does with messages: over the estate's broker, or within the process where there is none. What goes
/// wrong is logged, and tried again.
class Messages {
 public:
  /// `assembly` outlives it.
  Messages(Assembly& assembly, const MessageWork& work);
  Messages(const Messages&) = delete;
  Messages& operator=(const Messages&) = delete;

  void start();
  /// Lets requests that are being carried out end for as long as `drain`; relays once more.
  void stop(Milliseconds drain);

 private:
  std::unique_ptr<messaging::Responder> make_responder(const std::string& service);
  void add_consumers(const MessageWork& work);
  std::unique_ptr<events::Transport> make_transport(const MessageWork& work);
  events::ConsumerSettings consumer_of(const std::string& queue) const;

  Assembly& assembly_;
  std::map<std::string, std::unique_ptr<pg::Pool>> inboxes_;
  std::map<std::string, std::unique_ptr<messaging::Responder>> responders_;  ///< those that consumers use
  std::vector<std::unique_ptr<events::Consumer>> consumers_;
  std::unique_ptr<events::Transport> transport_;
  messaging::InProcessTransport* in_process_ = nullptr;  ///< of `transport_`
  std::optional<events::RelayThread> relay_;
  messaging::AnswerDesk* desk_ = nullptr;
};

}  // namespace tenure::cli
