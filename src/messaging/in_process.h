#pragma once

#include <map>
#include <memory>
#include <string>

#include "events/outbox.h"
#include "events/workers.h"
#include "messaging/answer_desk.h"
#include "messaging/responder.h"

namespace tenure::messaging {

/// What an outbox leads to without a broker: requests are handed to the responders of this process, which work on
/// threads of their own, and their answers to the desk. A request counts as delivered when it was handed over: should
/// the process die, nobody answers, and whoever asked asks again. One that expired before a thread was free is dropped.
class InProcessTransport final : public events::Transport {
 public:
  using Responders = std::map<std::string, std::unique_ptr<Responder>, std::less<>>;
  using OnError = std::function<void(const std::string& what)>;

  /// `desk` outlives it.
  InProcessTransport(Responders responders, AnswerDesk& desk, OnError on_error = {});

  /// @throws Error(not_found) when no responder is the recipient's.
  void deliver(const events::Delivery& delivery, const Call& call) override;
  /// Lets requests that were handed over end for as long as `drain`; what is left then is stopped with this.
  void finish(Milliseconds drain) { workers_.wait_until_idle(drain); }

 private:
  void answer(Responder& responder, const events::Message& message, const std::stop_token& stop);

  const Responders responders_;
  AnswerDesk& desk_;
  const OnError on_error_;
  events::Workers workers_;  // last: they use all of the above
};

}  // namespace tenure::messaging
