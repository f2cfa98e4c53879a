#include "messaging/responder.h"

#include <fmt/format.h>

#include "base/error.h"
#include "events/inbox.h"
#include "pg/transaction.h"

namespace tenure::messaging {
namespace {

constexpr Milliseconds kInboxTimeout{10000};
constexpr std::chrono::hours kForgetInterval{1};
// AMQP 0-9-1, section 4.2.5.3: short strings.
constexpr std::size_t kLongestId = 255;

}  // namespace

Responder::Responder(std::string service, store::TenantDataStore& data_store, pg::Pool* inbox, const Clock& clock,
                     OnError on_error, OnAnswered on_answered)
    : service_(std::move(service)),
      data_store_(data_store),
      inbox_(inbox),
      clock_(clock),
      on_error_(std::move(on_error)),
      on_answered_(std::move(on_answered)) {}

events::Outcome Responder::handle(const events::Message& message, const std::stop_token& stop) {
  std::optional<ServiceRequest> request;
  try {
    request = request_from_json_text(message.body);
    if (request->service != service_) throw Error(ErrorCode::invalid_argument, "service: is another one");
    if (message.id.empty() || message.id.size() > kLongestId) {
      throw Error(ErrorCode::invalid_argument, "the message has no id, or too long a one");
    }
  } catch (const Error& error) {
    report(fmt::format("{}: a message that is no request: {}", service_, error.what()));
    return {.is_understood = false};
  }
  const auto since = clock_.monotonic();
  const auto trace = message.trace ? std::optional(message.trace->next()) : std::nullopt;
  const Call call{Deadline::after(request->timeout), stop, trace};
  events::Message reply{.id = message.id,
                        .type = "answer",
                        .body = answer(*request, message.id, call),
                        .correlation_id = message.id,
                        .sent_at = clock_.wall(),
                        .trace = trace};
  tell(*request, reply, since);
  return {.reply = std::move(reply)};
}

void Responder::tell(const ServiceRequest& request, const events::Message& reply, MonotonicTime since) const {
  if (!on_answered_) return;
  const auto given = answer_from_json_text(reply.body);
  on_answered_({.service = service_,
                .request = request,
                .request_id = reply.id,
                .error = given.error ? std::optional(given.error->code()) : std::nullopt,
                .duration = std::chrono::duration_cast<Milliseconds>(clock_.monotonic() - since),
                .trace = reply.trace});
}

std::string Responder::answer(const ServiceRequest& request, const std::string& id, const Call& call) {
  try {
    return has_effect(request.operation) ? answer_once(request, id, call) : to_json_text(carry_out(request, id, call));
  } catch (const Error& error) {
    if (call.stop.stop_requested()) throw;
    return to_json_text(answer_of(request, id, error));
  } catch (const std::exception&) {
    report(fmt::format("{}: an exception that is not Tenure's", service_));
    return to_json_text(answer_of(request, id, Error(ErrorCode::internal, "an exception that is not Tenure's")));
  }
}

std::string Responder::answer_once(const ServiceRequest& request, const std::string& id, const Call& call) {
  if (auto known = find_in_inbox(id, call)) return *std::move(known);
  auto given = to_json_text(carry_out(request, id, call));
  note_in_inbox(id, given);
  return given;
}

ServiceAnswer Responder::carry_out(const ServiceRequest& request, const std::string& id, const Call& call) {
  switch (request.operation) {
    case Operation::preview:
      return answer_of(request, id, data_store_.preview(request.subject, call));
    case Operation::verify:
      return answer_of(request, id, data_store_.verify(request.subject, call));
    case Operation::restore:
      return answer_of(request, id, data_store_.restore(to_restore_request(request), call, {}));
    case Operation::erase:
      break;
  }
  const auto result = store::erase_safely(data_store_, service_, to_erase_request(request, id), call, clock_);
  if (!result.success && call.stop.stop_requested()) {
    throw Error(ErrorCode::unavailable, "stopped on request", Retry::later);
  }
  if (!result.success && result.error_code == ErrorCode::internal) {
    report(fmt::format("{}: {}", service_, result.errors.empty() ? "" : result.errors.front()));
  }
  return answer_of(request, id, result);
}

std::optional<std::string> Responder::find_in_inbox(const std::string& id, const Call& call) {
  if (inbox_ == nullptr) return std::nullopt;
  auto session = inbox_->take(call);
  if (!has_inbox_) events::install_inbox(*session);
  has_inbox_ = true;
  pg::Transaction transaction(*session);
  auto known = events::receive(transaction, {.consumer = service_, .message_id = id});
  transaction.commit();
  return known;
}

// Without it a second delivery asks the store, which has its receipt.
void Responder::note_in_inbox(const std::string& id, const std::string& answer) {
  if (inbox_ == nullptr) return;
  try {
    auto session = inbox_->take(Call::within(kInboxTimeout));
    pg::Transaction transaction(*session);
    events::record_answer(transaction, {.consumer = service_, .message_id = id}, answer);
    transaction.commit();
    forget_old(*session);
  } catch (const Error& error) {
    report(fmt::format("{}: inbox: {}", service_, error.what()));
  }
}

void Responder::forget_old(pg::Connection& inbox) {
  const auto now = std::chrono::steady_clock::now();
  if (now < forget_at_.load()) return;
  events::forget_received(inbox);
  forget_at_ = now + kForgetInterval;
}

void Responder::report(const std::string& what) const {
  if (on_error_) on_error_(what);
}

}  // namespace tenure::messaging
