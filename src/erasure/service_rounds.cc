#include "erasure/service_rounds.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/failpoint.h"

namespace tenure::erasure {
namespace {

using jobs::StepState;

}  // namespace

bool is_outstanding(const jobs::Step& step) {
  return step.state == StepState::pending || step.state == StepState::running || step.state == StepState::unknown;
}

ServiceRounds::ServiceRounds(const ServiceEndpoints& endpoints, StepBook& book, const OrchestratorSettings& settings,
                             std::shared_ptr<const Clock> clock, std::stop_token stop)
    : endpoints_(endpoints),
      book_(book),
      settings_(settings),
      stop_(stop),
      clock_(clock),
      calls_(endpoints, book, std::move(clock), settings, std::move(stop)) {}

Progress ServiceRounds::erase(const Services& services) {
  Services outstanding;
  std::copy_if(services.begin(), services.end(), std::back_inserter(outstanding),
               [&](const auto& service) { return is_outstanding(book_.step(service)); });
  for (const auto& service : outstanding) book_.begin(service);
  calls_.erase(outstanding);
  return progress();
}

Progress ServiceRounds::verify(const Services& services) {
  for (;;) {
    if (stop_.stop_requested()) return Progress::stopped;
    TENURE_FAILPOINT("verify.before");
    const auto findings = calls_.verify(services);
    if (stop_.stop_requested()) return Progress::stopped;
    if (findings.dirty.empty() && findings.unanswered.empty()) return Progress::clean;
    if (const auto erased = erase_again(findings); erased != Progress::clean) return erased;
  }
}

Progress ServiceRounds::erase_again(const ServiceCalls::Findings& findings) {
  const auto fail = [&](const std::string& service, std::string error) {
    book_.fail(service, StepState::failed, {std::move(error)}, Milliseconds(0));
  };
  for (const auto& [service, error] : findings.unanswered) {
    const auto kind = kind_of(error.code(), error.retry());
    if (kind == FailureKind::permanent || has_waited_long_enough(service)) {
      fail(service, fmt::format("verification: {}", error.what()));
    } else {
      book_.wait_for(service, kind);
    }
  }
  Services again;
  for (const auto& [service, residue] : findings.dirty) {
    if (book_.step(service).round < settings_.rounds) {
      again.push_back(service);
    } else {
      fail(service, fmt::format("verification: left after {} rounds: {}", settings_.rounds, describe(residue)));
    }
  }
  if (book_.has_failures()) return Progress::failed;
  if (again.empty()) return progress();
  for (const auto& service : again) book_.begin_next_round(service);
  calls_.erase(again);
  return progress();
}

// By the time since the erasure was done: a step that is done counts no further attempts.
bool ServiceRounds::has_waited_long_enough(const std::string& service) const {
  const auto& done_at = book_.step(service).completed_at;
  return settings_.give_up_after && done_at && clock_->wall() - *done_at >= *settings_.give_up_after;
}

Progress ServiceRounds::restore(const Services& services) {
  calls_.restore(services);
  return progress();
}

Progress ServiceRounds::progress() const {
  if (stop_.stop_requested()) return Progress::stopped;
  if (book_.has_failures()) return Progress::failed;
  return book_.delay() ? Progress::waiting : Progress::clean;
}

std::vector<std::string> ServiceRounds::differences_from_estate(const Services& own_steps) const {
  std::set<std::string> missing(book_.services().begin(), book_.services().end());
  for (const auto& step : own_steps) missing.erase(step);
  std::vector<std::string> errors;
  for (const auto& endpoint : endpoints_) {
    if (missing.erase(endpoint.name) == 0) {
      errors.push_back(
          fmt::format("{}: added to the estate after the job was made; start the erasure again", endpoint.name));
    }
  }
  for (const auto& service : missing) errors.push_back(fmt::format("{}: no longer in the estate", service));
  return errors;
}

}  // namespace tenure::erasure
