#include "messaging/in_process.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"

namespace tenure::messaging {
namespace {

constexpr std::size_t kFewest = 4;
constexpr std::size_t kMost = 32;

}  // namespace

InProcessTransport::InProcessTransport(Responders responders, AnswerDesk& desk, OnError on_error)
    : responders_(std::move(responders)),
      desk_(desk),
      on_error_(std::move(on_error)),
      workers_(static_cast<int>(std::clamp(responders_.size(), kFewest, kMost))) {}

void InProcessTransport::deliver(const events::Delivery& delivery, const Call& /*call*/) {
  const auto& event = delivery.event;
  if (event.recipient.empty()) return;
  const auto found = responders_.find(event.recipient);
  if (found == responders_.end()) {
    throw Error(ErrorCode::not_found, fmt::format("service {} is held by no process that requests "
                                                  "reach: there is no broker",
                                                  event.recipient));
  }
  workers_.post([this, responder = found->second.get(),
                 message = events::Message{.id = event.id.str(),
                                           .type = event.topic,
                                           .body = event.payload,
                                           .sent_at = delivery.published_at,
                                           .trace = event.trace},
                 expiry = delivery.expiry](const std::stop_token& stop) {
    if (!expiry.has_passed()) answer(*responder, message, stop);
  });
}

void InProcessTransport::answer(Responder& responder, const events::Message& message, const std::stop_token& stop) {
  const auto outcome = events::handle_patiently(
      [&](const events::Message& request, const std::stop_token& token) { return responder.handle(request, token); },
      message, stop, on_error_);
  if (!outcome || !outcome->reply) return;
  events::handle_patiently(
      [&](const events::Message& reply, const std::stop_token& /*token*/) { return desk_.accept(reply); },
      *outcome->reply, stop, on_error_);
}

}  // namespace tenure::messaging
