#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "events/handler.h"
#include "messaging/service_answer.h"
#include "pg/pool.h"

namespace tenure::messaging {

/// Creates tenure.service_calls in the control database where it is missing; the outbox must be there. Not inside a
/// transaction.
void install_schema(pg::Connection& control);

/// Where requests to services leave and their answers come back, in the control database: any process of the estate may
/// receive an answer, whoever asked. Thread-safe.
class AnswerDesk {
 public:
  using OnError = std::function<void(const std::string& what)>;

  /// `control` outlives it.
  explicit AnswerDesk(pg::Pool& control) : control_(control) {}
  ~AnswerDesk();
  AnswerDesk(const AnswerDesk&) = delete;
  AnswerDesk& operator=(const AnswerDesk&) = delete;

  /// Listens for answers from now on, so that those who wait need not look for them. `on_error` is told, from several
  /// threads, what went wrong; it goes on by itself. To be called before answers are accepted.
  void start(OnError on_error = {});
  void stop();

  /// For a process that receives answers only once it waits for one: `start` is called before the first request is
  /// published, and start()s this. To be called before the first ask().
  void start_when_asked(std::function<void()> start) { start_late_ = std::move(start); }

  /// Publishes the request in the outbox and waits for its answer. Of one that changes nothing, nothing is kept.
  /// @throws Error(timeout) when the call ended before the request had left, which it then never will, or when it
  /// changes nothing; Error(outcome_unknown) when it may have been carried out.
  ServiceAnswer ask(const ServiceRequest& request, const Call& call);

  /// An answer has come: it is kept for whoever asked, once. One that nobody asked for, or that came before, is
  /// nothing.
  events::Outcome accept(const events::Message& message);

 private:
  struct Asked;
  std::optional<ServiceAnswer> find_answer(const Asked& asked);
  void publish(const Asked& asked, const Call& call);
  Error give_up(const Asked& asked);
  void forget(const Asked& asked) noexcept;
  /// False when the call has ended.
  bool wait(const std::string& id, const Call& call);
  void listen(const std::stop_token& stop);
  void hear(pg::Connection& ear, const std::stop_token& stop);

  pg::Pool& control_;
  OnError on_error_;  // set before any thread is started
  std::function<void()> start_late_;
  std::once_flag has_started_late_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::map<std::string, bool> waiting_;  // request id → whether it was answered; guarded by mutex_
  std::jthread thread_;                  // last: it uses all of the above
};

}  // namespace tenure::messaging
