#pragma once

#include <functional>
#include <map>
#include <memory>
#include <stop_token>

#include "erasure/service_rounds.h"
#include "store/atomic_store.h"

namespace tenure::erasure {

/// Two-phase commit over the services of a job whose stores can (spec C5, C11's estates that ask for it): all prepare,
/// the decision is written with the job, all commit. Without a decision everything prepared is rolled back, by whoever
/// runs the job next (presumed abort). What is committed is then an erasure with a receipt like any other, which
/// ServiceRounds::erase finds. One thread at a time.
class AtomicErasure {
 public:
  AtomicErasure(const ServiceEndpoints& endpoints, StepBook& book, const OrchestratorSettings& settings,
                std::shared_ptr<const Clock> clock, std::stop_token stop)
      : endpoints_(endpoints), book_(book), settings_(settings), clock_(std::move(clock)), stop_(std::move(stop)) {}

  /// Ends what earlier owners of the job left in doubt: commits what was decided, rolls back the rest. `waiting` when a
  /// service does not answer.
  Progress settle();
  /// Settles, prepares in those of `services` that can and are outstanding, decides and commits. Failures are in the
  /// book, as after ServiceRounds::erase; then nothing is committed anywhere.
  Progress erase(const Services& services);

 private:
  using Work = std::function<void(store::AtomicStore&, const store::EraseRequest&, const Call&)>;

  const ServiceEndpoint& endpoint(const std::string& service) const;
  Services atomic_services() const;
  store::EraseRequest request_for(const std::string& service, std::int64_t epoch) const;
  Progress prepare(const Services& services);
  Progress commit(const jobs::CommitDecision& decision);
  Progress roll_back_others();
  /// Calls all at once, as the given epoch. The services that failed, and why; the observer hears of each call.
  std::map<std::string, Error> call_all(const Services& services, std::int64_t epoch, Operation operation,
                                        const Work& work);
  void note(const std::string& service, Operation operation, Milliseconds duration, const Error* error) const;
  /// For what has to come to an end before anything else does: every failure is waited for.
  Progress put_off(const std::map<std::string, Error>& failures);

  const ServiceEndpoints& endpoints_;
  StepBook& book_;
  const OrchestratorSettings& settings_;
  const std::shared_ptr<const Clock> clock_;
  const std::stop_token stop_;
};

}  // namespace tenure::erasure
