#pragma once

#include "erasure/atomic_erasure.h"
#include "erasure/service_rounds.h"
#include "erasure/tenant_record.h"

namespace tenure::erasure {

/// One run of a job that takes a tenant's erasure back (spec C7): the tenant record first, then every service that was
/// asked to erase, in parallel; then the fence. What is back already is left alone, so that whoever takes over goes on.
/// Used once.
class CompensationRun {
 public:
  /// `tenants` may be null.
  CompensationRun(const ServiceEndpoints& endpoints, StepBook& book, const OrchestratorSettings& settings,
                  std::shared_ptr<const Clock> clock, std::stop_token stop, TenantDirectory* tenants);

  /// clean: everything is back and the tenant is as it was; failed: the book says what could not be brought back.
  Progress run();

 private:
  Services outstanding(bool holds_tenant_record) const;
  /// Steps of services that the estate no longer has, or that keep no archive, cannot be brought back.
  void fail_unreachable();

  const ServiceEndpoints& endpoints_;
  StepBook& book_;
  AtomicErasure atomic_;
  const std::stop_token stop_;
  TenantDirectory* const tenants_;
  ServiceRounds rounds_;
};

}  // namespace tenure::erasure
