#pragma once

#include <map>
#include <memory>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "erasure/fan_out.h"
#include "erasure/service_endpoint.h"
#include "erasure/step_book.h"

namespace tenure::erasure {

/// "orders: 3 rows, order_items: 2 rows, orphans along order_items.order_id: 1 row".
std::string describe(const store::Residue& residue);

/// Calls the services of a job in parallel, each within its own timeout, and writes what they answer into the book as
/// it arrives. One thread at a time.
class ServiceCalls {
 public:
  /// What a service said when it was asked to count again.
  struct Findings {
    std::map<std::string, store::Residue> dirty;
    std::map<std::string, std::string> unanswered;  ///< service → error, after a second try
  };

  ServiceCalls(const ServiceEndpoints& endpoints, StepBook& book, std::shared_ptr<const Clock> clock,
               Milliseconds grace, std::stop_token stop);

  /// Erases in services whose step has begun. A lost answer is asked for once more with the same key. On a stop
  /// request steps without an answer stay `running`.
  void erase(const std::vector<std::string>& services);
  Findings verify(const std::vector<std::string>& services);

 private:
  using Erasures = FanOut<store::DeletionResult, store::Counts>;

  const ServiceEndpoint& endpoint(const std::string& service) const;
  void start_erasure(Erasures& calls, const std::string& service);
  void settle(Erasures& calls, const std::string& service, const store::DeletionResult& result);
  void settle_abandoned(const std::string& service);
  Milliseconds since_start(const std::string& service) const;
  void verify_once(const std::vector<std::string>& services, Findings& findings);

  const ServiceEndpoints& endpoints_;
  StepBook& book_;
  const std::shared_ptr<const Clock> clock_;
  const Milliseconds grace_;
  const std::stop_token stop_;
  std::map<std::string, MonotonicTime> started_;
  std::set<std::string> asked_again_;
};

}  // namespace tenure::erasure
