#pragma once

#include <string>
#include <vector>

#include "erasure/orchestrator.h"
#include "erasure/service_calls.h"
#include "erasure/step_book.h"

namespace tenure::erasure {

/// How far a run has come: to go on, to end as failed, to be tried again later, or to be gone on with by somebody else.
enum class Progress { clean, failed, waiting, stopped };

using Services = std::vector<std::string>;

/// What the erasure of any subject does with services: erase those that are outstanding, and count again until nothing
/// is left. One thread at a time.
class ServiceRounds {
 public:
  ServiceRounds(const ServiceEndpoints& endpoints, StepBook& book, const OrchestratorSettings& settings,
                std::shared_ptr<const Clock> clock, std::stop_token stop);

  /// Of all services at once; those that are done or failed are left alone.
  Progress erase(const Services& services);
  /// Counts again, and erases again where rows came late, for as many rounds as the settings say.
  Progress verify(const Services& services);
  /// Brings back what was erased in the services.
  Progress restore(const Services& services);
  /// Where the run stands: a stop comes before a failure, since whoever takes over finishes what was interrupted first.
  Progress progress() const;

  /// Why the job cannot be carried out by this estate: services that came or went since it was made. `own_steps` are
  /// those that are no services.
  std::vector<std::string> differences_from_estate(const Services& own_steps) const;

 private:
  Progress erase_again(const ServiceCalls::Findings& findings);
  bool has_waited_long_enough(const std::string& service) const;

  const ServiceEndpoints& endpoints_;
  StepBook& book_;
  const OrchestratorSettings& settings_;
  const std::stop_token stop_;
  const std::shared_ptr<const Clock> clock_;
  ServiceCalls calls_;
};

/// Whether a step must still be carried out.
bool is_outstanding(const jobs::Step& step);

}  // namespace tenure::erasure
