#pragma once

#include <functional>

#include "erasure/atomic_erasure.h"
#include "erasure/service_rounds.h"

namespace tenure::erasure {

/// One run of a job that erases a tenant, from where the book says it stands: every service, re-count, and the tenant
/// record last. A service that keeps no archive comes after all that do, since with it the way back ends. Used once.
class TenantErasureRun {
 public:
  TenantErasureRun(const ServiceEndpoints& endpoints, StepBook& book, const OrchestratorSettings& settings,
                   std::shared_ptr<const Clock> clock, std::stop_token stop)
      : endpoints_(endpoints),
        book_(book),
        settings_(settings),
        atomic_(endpoints, book, settings, clock, stop),
        rounds_(endpoints, book, settings, std::move(clock), std::move(stop)) {}

  /// How far it comes; the job has not ended by that.
  Progress run();
  /// Whether all that was erased so far can come back.
  bool is_reversible() const;
  /// What keeps the estate from carrying the job out; empty: nothing.
  std::vector<std::string> obstacles() const { return rounds_.differences_from_estate({}); }

 private:
  /// The services that `is_wanted`, in the order of the endpoints.
  Services services_where(const std::function<bool(const ServiceEndpoint&)>& is_wanted) const;

  const ServiceEndpoints& endpoints_;
  StepBook& book_;
  const OrchestratorSettings& settings_;
  AtomicErasure atomic_;
  ServiceRounds rounds_;
};

}  // namespace tenure::erasure
