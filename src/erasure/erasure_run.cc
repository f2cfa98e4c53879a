#include "erasure/erasure_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace tenure::erasure {
namespace {

using jobs::JobState;
using jobs::StepState;

bool is_outstanding(StepState state) { return state != StepState::done && state != StepState::failed; }

}  // namespace

ErasureRun::ErasureRun(const ServiceEndpoints& endpoints, StepBook& book, const OrchestratorSettings& settings,
                       std::shared_ptr<const Clock> clock, std::stop_token stop)
    : endpoints_(endpoints),
      book_(book),
      settings_(settings),
      stop_(stop),
      calls_(endpoints, book, std::move(clock), settings.grace, std::move(stop)) {}

void ErasureRun::run() {
  if (jobs::is_terminal(book_.state())) return;
  if (auto errors = differences_from_estate(); !errors.empty()) return book_.finish_job(std::move(errors));
  if (run_phases() != Outcome::stopped) book_.finish_job();
}

ErasureRun::Outcome ErasureRun::run_phases() {
  const Services data = services_where(false);
  const Services record = services_where(true);
  if (const auto erased = erase_outstanding(data); erased != Outcome::clean) return erased;
  if (book_.state() == JobState::running) book_.advance(JobState::verifying);
  if (const auto verified = verify(data); verified != Outcome::clean) return verified;
  if (const auto erased = erase_outstanding(record); erased != Outcome::clean) return erased;
  return verify(record);
}

ErasureRun::Outcome ErasureRun::erase_outstanding(const Services& services) {
  Services outstanding;
  std::copy_if(services.begin(), services.end(), std::back_inserter(outstanding),
               [&](const auto& service) { return is_outstanding(book_.step(service).state); });
  for (const auto& service : outstanding) book_.begin(service);
  calls_.erase(outstanding);
  return outcome();
}

ErasureRun::Outcome ErasureRun::verify(const Services& services) {
  for (;;) {
    if (stop_.stop_requested()) return Outcome::stopped;
    const auto findings = calls_.verify(services);
    if (stop_.stop_requested()) return Outcome::stopped;
    if (findings.dirty.empty() && findings.unanswered.empty()) return Outcome::clean;
    if (const auto erased = erase_again(findings); erased != Outcome::clean) return erased;
  }
}

ErasureRun::Outcome ErasureRun::erase_again(const ServiceCalls::Findings& findings) {
  const auto fail = [&](const std::string& service, std::string error) {
    book_.fail(service, StepState::failed, {std::move(error)}, Milliseconds(0));
  };
  for (const auto& [service, error] : findings.unanswered) fail(service, fmt::format("verification: {}", error));
  Services again;
  for (const auto& [service, residue] : findings.dirty) {
    if (book_.step(service).round < settings_.rounds) {
      again.push_back(service);
    } else {
      fail(service, fmt::format("verification: left after {} rounds: {}", settings_.rounds, describe(residue)));
    }
  }
  if (book_.has_failures()) return Outcome::failed;
  for (const auto& service : again) book_.begin_next_round(service);
  calls_.erase(again);
  return outcome();
}

ErasureRun::Outcome ErasureRun::outcome() const {
  // A stop comes first: whoever takes over finishes what was interrupted before a failure ends the job.
  if (stop_.stop_requested()) return Outcome::stopped;
  return book_.has_failures() ? Outcome::failed : Outcome::clean;
}

std::vector<std::string> ErasureRun::differences_from_estate() const {
  std::set<std::string> missing(book_.services().begin(), book_.services().end());
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

ErasureRun::Services ErasureRun::services_where(bool holds_tenant_record) const {
  Services names;
  for (const auto& endpoint : endpoints_) {
    if (endpoint.holds_tenant_record == holds_tenant_record) names.push_back(endpoint.name);
  }
  return names;
}

}  // namespace tenure::erasure
