#pragma once

#include <map>
#include <memory>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "erasure/backoff.h"
#include "erasure/fan_out.h"
#include "erasure/orchestrator_settings.h"
#include "erasure/service_endpoint.h"
#include "erasure/step_book.h"

namespace tenure::erasure {

/// "orders: 3 rows, order_items: 2 rows, orphans along order_items.order_id: 1 row".
std::string describe(const store::Residue& residue);

/// How long a service may take to bring everything back: its timeout, and twice as long after each failure in a row, up
/// to store::kLongestRestoration. What came back in time counts as a whole or not at all, so that a tenant that is too
/// large for one time has to get another.
Milliseconds time_to_restore(Milliseconds timeout, int failures);

/// Calls the services of a job in parallel, each within its own timeout, and writes what they answer into the book as
/// it arrives. One thread at a time.
class ServiceCalls {
 public:
  /// What a service said when it was asked to count again.
  struct Findings {
    std::map<std::string, store::Residue> dirty;
    std::map<std::string, Error> unanswered;  ///< service → why, after a second try
  };

  ServiceCalls(const ServiceEndpoints& endpoints, StepBook& book, std::shared_ptr<const Clock> clock,
               const OrchestratorSettings& settings, std::stop_token stop);

  /// Erases in services whose step has begun. A lost answer is asked for once more with the same key. What may pass
  /// is put off in the book, until it has been for too long. On a stop request steps without an answer stay `running`.
  void erase(const std::vector<std::string>& services);
  Findings verify(const std::vector<std::string>& services);
  /// Brings back what was erased in services; what may pass is put off likewise.
  void restore(const std::vector<std::string>& services);

 private:
  using Erasures = FanOut<store::DeletionResult, store::Counts>;

  const ServiceEndpoint& endpoint(const std::string& service) const;
  void start_erasure(Erasures& calls, const std::string& service);
  void settle(Erasures& calls, const std::string& service, const store::DeletionResult& result);
  struct Trouble {
    ErrorCode code = ErrorCode::internal;
    Retry retry = Retry::never;
    bool is_answer_lost = false;
  };
  void settle_failure(const std::string& service, Operation operation, const Trouble& trouble,
                      std::vector<std::string> errors);
  void note_failure(const std::string& service, Operation operation, const Trouble& trouble) const;
  void note_count(const std::string& service, const store::Residue& residue) const;
  void note_start(const std::string& service, Milliseconds timeout);
  Milliseconds since_start(const std::string& service) const;
  void verify_once(const std::vector<std::string>& services, Findings& findings);

  const ServiceEndpoints& endpoints_;
  StepBook& book_;
  const std::shared_ptr<const Clock> clock_;
  const OrchestratorSettings& settings_;
  const std::stop_token stop_;
  struct Start {
    MonotonicTime at;
    Milliseconds timeout;
  };
  std::map<std::string, Start> started_;
  std::set<std::string> asked_again_;
};

}  // namespace tenure::erasure
