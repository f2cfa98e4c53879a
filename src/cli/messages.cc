#include "cli/messages.h"

#include "cli/erasure_log.h"
#include "cli/log.h"
#include "events/rabbitmq/topology.h"
#include "events/rabbitmq/transport.h"

namespace tenure::cli {
namespace {

constexpr std::size_t kInboxConnections = 4;

void log_trouble(const std::string& what) { log_error("message_error", what); }

/// Logs what has gone out, by name only: an event's payload may name a user, and what a request holds is the service's
/// business.
class LoggedTransport final : public events::Transport {
 public:
  /// `onward` may be null: then being logged is all that becomes of an event.
  explicit LoggedTransport(std::unique_ptr<events::Transport> onward) : onward_(std::move(onward)) {}

  void deliver(const events::Delivery& delivery, const Call& call) override {
    if (onward_) onward_->deliver(delivery, call);
    const auto& event = delivery.event;
    if (event.recipient.empty()) {
      log(event, {{"event", "published"}, {"number", delivery.number}, {"topic", event.topic}});
    } else {
      log(event, {{"event", "requested"},
                  {"number", delivery.number},
                  {"request", event.id.str()},
                  {"service", event.recipient},
                  {"operation", event.topic}});
    }
  }
  void tend() override {
    if (onward_) onward_->tend();
  }

 private:
  static void log(const events::Event& event, nlohmann::json line) {
    if (event.trace) line["trace_id"] = event.trace->trace_id();
    log_line(std::move(line));
  }

  const std::unique_ptr<events::Transport> onward_;
};

}  // namespace

Messages::Messages(Assembly& assembly, const MessageWork& work) : assembly_(assembly) {
  if (assembly.broker()) add_consumers(work);
  if (!work.orchestrates) return;
  desk_ = assembly.answers();
  transport_ = make_transport(work);
  if (work.logs_what_leaves) transport_ = std::make_unique<LoggedTransport>(std::move(transport_));
  relay_.emplace(assembly.control(), *transport_, log_trouble);
}

void Messages::start() {
  if (desk_ != nullptr) desk_->start(log_trouble);
  for (const auto& consumer : consumers_) consumer->start();
  if (relay_) relay_->start();
}

void Messages::stop(Milliseconds drain) {
  const auto deadline = Deadline::after(drain);
  for (const auto& consumer : consumers_) consumer->stop(deadline.left());
  if (relay_) relay_->stop();
  if (in_process_ != nullptr) in_process_->finish(deadline.left());
  if (desk_ != nullptr) desk_->stop();
}

void Messages::add_consumers(const MessageWork& work) {
  for (const auto& service : work.held) {
    auto* responder = (responders_[service] = make_responder(service)).get();
    auto settings = consumer_of(events::request_queue(service));
    settings.reply_route = {.exchange = events::kAnswerExchange, .key = events::kAnswerKey};
    consumers_.push_back(std::make_unique<events::Consumer>(
        std::move(settings),
        [responder](const events::Message& message, const std::stop_token& stop) {
          return responder->handle(message, stop);
        },
        log_trouble));
  }
  if (!work.orchestrates || assembly_.answers() == nullptr) return;
  consumers_.push_back(std::make_unique<events::Consumer>(
      consumer_of(events::kAnswerQueue),
      [desk = assembly_.answers()](const events::Message& message, const std::stop_token& /*stop*/) {
        return desk->accept(message);
      },
      log_trouble));
}

std::unique_ptr<events::Transport> Messages::make_transport(const MessageWork& work) {
  if (const auto broker = assembly_.broker()) {
    return std::make_unique<events::BrokerTransport>(*broker, assembly_.estate().services_by_message());
  }
  if (assembly_.answers() == nullptr) return nullptr;
  messaging::InProcessTransport::Responders responders;
  for (const auto& service : work.held) responders[service] = make_responder(service);
  auto transport =
      std::make_unique<messaging::InProcessTransport>(std::move(responders), *assembly_.answers(), log_trouble);
  in_process_ = transport.get();
  return transport;
}

std::unique_ptr<messaging::Responder> Messages::make_responder(const std::string& service) {
  pg::Pool* inbox = nullptr;
  if (const auto connection = assembly_.database_of(service)) {
    inbox = (inboxes_[service] = std::make_unique<pg::Pool>(*connection, kInboxConnections)).get();
  }
  return std::make_unique<messaging::Responder>(service, assembly_.local_store(service), inbox, assembly_.clock(),
                                                log_trouble, log_answer);
}

events::ConsumerSettings Messages::consumer_of(const std::string& queue) const {
  return {.broker = *assembly_.broker(), .queue = queue, .services = assembly_.estate().services_by_message()};
}

}  // namespace tenure::cli
