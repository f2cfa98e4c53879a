#pragma once

#include <atomic>
#include <functional>
#include <string>

#include "base/clock.h"
#include "events/handler.h"
#include "messaging/service_answer.h"
#include "pg/pool.h"
#include "store/tenant_data_store.h"

namespace tenure::messaging {

/// The service's side: carries requests out on its store and answers them. What the store throws is an answer as well.
/// A request that comes again has no second effect: its answer is in the inbox, in the service's own database, or, when
/// a crash came before that, its receipt is, which the store wrote in the transaction of the effect. Old entries of the
/// inbox are forgotten hourly. Thread-safe.
class Responder {
 public:
  using OnError = std::function<void(const std::string& what)>;

  /// A request that was answered.
  struct Answered {
    const std::string& service;
    const ServiceRequest& request;
    const std::string& request_id;
    std::optional<ErrorCode> error;  ///< absent when it was carried out
    Milliseconds duration;
    std::optional<TraceContext> trace;
  };
  using OnAnswered = std::function<void(const Answered& answered)>;

  /// `inbox` is the service's database; null where it has none, and the store's own receipts have to do. Everything
  /// outlives it.
  Responder(std::string service, store::TenantDataStore& data_store, pg::Pool* inbox, const Clock& clock,
            OnError on_error = {}, OnAnswered on_answered = {});

  /// @throws Error only when it was asked to stop before the request was carried out.
  events::Outcome handle(const events::Message& message, const std::stop_token& stop);

 private:
  std::string answer(const ServiceRequest& request, const std::string& id, const Call& call);
  std::string answer_once(const ServiceRequest& request, const std::string& id, const Call& call);
  ServiceAnswer carry_out(const ServiceRequest& request, const std::string& id, const Call& call);
  std::optional<std::string> find_in_inbox(const std::string& id, const Call& call);
  void note_in_inbox(const std::string& id, const std::string& answer);
  void forget_old(pg::Connection& inbox);
  void report(const std::string& what) const;
  void tell(const ServiceRequest& request, const events::Message& reply, MonotonicTime since) const;

  const std::string service_;
  store::TenantDataStore& data_store_;
  pg::Pool* const inbox_;
  const Clock& clock_;
  const OnError on_error_;
  const OnAnswered on_answered_;
  std::atomic<bool> has_inbox_ = false;
  std::atomic<MonotonicTime> forget_at_{};
};

}  // namespace tenure::messaging
