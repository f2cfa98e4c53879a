#pragma once

#include "erasure/service_rounds.h"

namespace tenure::erasure {

/// One run of a job that erases a tenant, from where the book says it stands: every service, re-count, and the tenant
/// record last. Used once.
class TenantErasureRun {
 public:
  TenantErasureRun(const ServiceEndpoints& endpoints, StepBook& book, const OrchestratorSettings& settings,
                   std::shared_ptr<const Clock> clock, std::stop_token stop)
      : endpoints_(endpoints), book_(book), rounds_(endpoints, book, settings, std::move(clock), std::move(stop)) {}

  /// Returns when the job has ended, or as soon as a stop was asked for.
  void run();

 private:
  Progress run_phases();
  Services services_where(bool holds_tenant_record) const;

  const ServiceEndpoints& endpoints_;
  StepBook& book_;
  ServiceRounds rounds_;
};

}  // namespace tenure::erasure
