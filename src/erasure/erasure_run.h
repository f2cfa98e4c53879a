#pragma once

#include <string>
#include <vector>

#include "erasure/orchestrator.h"
#include "erasure/service_calls.h"
#include "erasure/step_book.h"

namespace tenure::erasure {

/// One run of one job, from where the book says it stands. Used once.
class ErasureRun {
 public:
  ErasureRun(const ServiceEndpoints& endpoints, StepBook& book, const OrchestratorSettings& settings,
             std::shared_ptr<const Clock> clock, std::stop_token stop);

  /// Returns when the job has ended, or as soon as a stop was asked for.
  void run();

 private:
  enum class Outcome { clean, failed, stopped };
  using Services = std::vector<std::string>;

  std::vector<std::string> differences_from_estate() const;
  Services services_where(bool holds_tenant_record) const;

  Outcome run_phases();
  Outcome erase_outstanding(const Services& services);
  Outcome erase_again(const ServiceCalls::Findings& findings);
  Outcome verify(const Services& services);
  Outcome outcome() const;

  const ServiceEndpoints& endpoints_;
  StepBook& book_;
  const OrchestratorSettings& settings_;
  const std::stop_token stop_;
  ServiceCalls calls_;
};

}  // namespace tenure::erasure
