#include "messaging/answer_desk.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "base/failpoint.h"
#include "events/backoff.h"
#include "events/outbox.h"
#include "messaging/sql.h"
#include "pg/installation.h"
#include "pg/transaction.h"

namespace tenure::messaging {
namespace {

// A notification that was missed costs no more than this.
constexpr Milliseconds kPoll{1000};
constexpr Milliseconds kListenTimeout{10000};
constexpr Milliseconds kLookTimeout{2000};
constexpr Milliseconds kWithdrawTimeout{2000};
constexpr std::chrono::hours kForgetInterval{1};

}  // namespace

/// A request on its way.
struct AnswerDesk::Asked {
  const ServiceRequest& request;
  Uuid id = Uuid::random();
};

void install_schema(pg::Connection& control) { pg::install(control, sql::kCreateSchema, "tenure.service_calls"); }

AnswerDesk::~AnswerDesk() { stop(); }

void AnswerDesk::start(OnError on_error) {
  on_error_ = std::move(on_error);
  thread_ = std::jthread([this](const std::stop_token& stop) { listen(stop); });
}

void AnswerDesk::stop() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

ServiceAnswer AnswerDesk::ask(const ServiceRequest& request, const Call& call) {
  if (start_late_) std::call_once(has_started_late_, start_late_);
  const Asked asked{request};
  const auto id = asked.id.str();
  {
    const std::lock_guard lock(mutex_);
    waiting_[id] = false;
  }
  struct Leave {
    AnswerDesk& desk;
    const std::string& id;
    ~Leave() {
      const std::lock_guard lock(desk.mutex_);
      desk.waiting_.erase(id);
    }
  } const leave{*this, id};
  publish(asked, call);
  try {
    do {
      if (auto answer = find_answer(asked)) {
        if (!has_effect(request.operation)) forget(asked);
        return *std::move(answer);
      }
    } while (wait(id, call));
  } catch (const Error& error) {
    // Whether the control database is in order again is seen when the order is given again.
    if (!has_effect(request.operation)) throw;
    throw Error(ErrorCode::outcome_unknown, error.what(), Retry::later);
  }
  throw give_up(asked);
}

void AnswerDesk::publish(const Asked& asked, const Call& call) {
  const auto& request = asked.request;
  const auto trace = call.trace ? std::optional(call.trace->next()) : std::nullopt;
  auto session = control_.take(call);
  pg::Transaction transaction(*session);
  transaction.exec(sql::kAddCall, pg::Params(asked.id.str(), request.service));
  events::publish(transaction, {.topic = std::string(to_string(request.operation)),
                                .payload = to_json_text(request),
                                .recipient = request.service,
                                .id = asked.id,
                                .expires_in = request.timeout,
                                .trace = trace});
  transaction.commit();
}

// In a time of its own: the last look is after the call has ended.
std::optional<ServiceAnswer> AnswerDesk::find_answer(const Asked& asked) {
  const auto rows = control_.take(Call::within(kLookTimeout))->exec(sql::kFindAnswer, pg::Params(asked.id.str()));
  if (rows.empty()) return std::nullopt;
  return answer_from_json_text(rows.text(0, 0));
}

// What has not left yet never will: nothing can happen behind the back of whoever gave up.
Error AnswerDesk::give_up(const Asked& asked) {
  const auto& request = asked.request;
  bool is_withdrawn = false;
  try {
    auto session = control_.take(Call::within(kWithdrawTimeout));
    is_withdrawn = !session->exec(sql::kWithdrawRequest, pg::Params(asked.id.str())).empty();
  } catch (const Error&) {
    is_withdrawn = false;
  }
  if (is_withdrawn || !has_effect(request.operation)) forget(asked);
  if (is_withdrawn) {
    return Error(ErrorCode::timeout,
                 fmt::format("the request to {} could not be handed to the "
                             "broker in time, and was withdrawn",
                             request.service),
                 Retry::later);
  }
  const auto code = has_effect(request.operation) ? ErrorCode::outcome_unknown : ErrorCode::timeout;
  return Error(code, fmt::format("no answer of {} came in time", request.service), Retry::later);
}

// It would be forgotten anyway, in time.
void AnswerDesk::forget(const Asked& asked) noexcept {
  try {
    control_.take(Call::within(kWithdrawTimeout))->exec(sql::kForgetCall, pg::Params(asked.id.str()));
  } catch (const std::exception&) {
    return;
  }
}

bool AnswerDesk::wait(const std::string& id, const Call& call) {
  if (call.deadline.has_passed() || call.stop.stop_requested()) return false;
  std::unique_lock lock(mutex_);
  auto& is_answered = waiting_.at(id);
  changed_.wait_for(lock, call.stop, std::min(call.deadline.left(), kPoll), [&] { return is_answered; });
  is_answered = false;
  return true;
}

events::Outcome AnswerDesk::accept(const events::Message& message) {
  std::optional<ServiceAnswer> answer;
  std::optional<Uuid> id;
  try {
    answer = answer_from_json_text(message.body);
    id = Uuid::parse(answer->request_id, "request_id");
  } catch (const Error& error) {
    if (on_error_) on_error_(fmt::format("a message that is no answer: {}", error.what()));
    return {.is_understood = false};
  }
  control_.take(Call::within(kListenTimeout))
      ->exec(sql::kStoreAnswer, pg::Params(id->str(), answer->service, message.body));
  TENURE_FAILPOINT("result.received.after");
  return {};
}

void AnswerDesk::listen(const std::stop_token& stop) {
  for (int failures = 0; !stop.stop_requested();) {
    try {
      auto ear = pg::Connection::open(control_.settings(), {Deadline::after(kListenTimeout), stop});
      ear.exec(sql::kListenToAnswers);
      failures = 0;
      hear(ear, stop);
    } catch (const Error& error) {
      if (on_error_ && !stop.stop_requested()) on_error_(error.what());
      std::unique_lock lock(mutex_);
      changed_.wait_for(lock, stop, events::backoff(++failures), [] { return false; });
    }
  }
}

void AnswerDesk::hear(pg::Connection& ear, const std::stop_token& stop) {
  auto forget_at = std::chrono::steady_clock::now();
  while (!stop.stop_requested()) {
    if (std::chrono::steady_clock::now() >= forget_at) {
      ear.exec(sql::kForgetCalls);
      forget_at = std::chrono::steady_clock::now() + kForgetInterval;
    }
    const auto ids = ear.wait_for_notifications({Deadline::at(forget_at), stop});
    const std::lock_guard lock(mutex_);
    for (const auto& id : ids) {
      if (const auto found = waiting_.find(id); found != waiting_.end()) found->second = true;
    }
    changed_.notify_all();
  }
}

}  // namespace tenure::messaging
