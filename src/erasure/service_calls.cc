#include "erasure/service_calls.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace tenure::erasure {
namespace {

using jobs::StepState;

std::string rows_of(std::int64_t rows) { return fmt::format("{} row{}", rows, rows == 1 ? "" : "s"); }

std::string no_answer(Milliseconds timeout) {
  return fmt::format("timeout: no answer within {} ms; what it did is not known", timeout.count());
}

template <class... Handlers>
struct Overloaded : Handlers... {
  using Handlers::operator()...;
};
template <class... Handlers>
Overloaded(Handlers...) -> Overloaded<Handlers...>;

std::vector<std::string> names_of(const std::map<std::string, std::string>& entries) {
  std::vector<std::string> names;
  for (const auto& [name, text] : entries) names.push_back(name);
  return names;
}

}  // namespace

std::string describe(const store::Residue& residue) {
  std::vector<std::string> parts;
  for (const auto& [table, rows] : residue.rows_left) parts.push_back(fmt::format("{}: {}", table, rows_of(rows)));
  for (const auto& [key, rows] : residue.orphans)
    parts.push_back(fmt::format("orphans along {}: {}", key, rows_of(rows)));
  return fmt::format("{}", fmt::join(parts, ", "));
}

ServiceCalls::ServiceCalls(const ServiceEndpoints& endpoints, StepBook& book, std::shared_ptr<const Clock> clock,
                           Milliseconds grace, std::stop_token stop)
    : endpoints_(endpoints), book_(book), clock_(std::move(clock)), grace_(grace), stop_(std::move(stop)) {}

const ServiceEndpoint& ServiceCalls::endpoint(const std::string& service) const {
  return *std::find_if(endpoints_.begin(), endpoints_.end(), [&](const auto& one) { return one.name == service; });
}

void ServiceCalls::erase(const std::vector<std::string>& services) {
  Erasures calls(grace_, stop_);
  asked_again_.clear();
  for (const auto& service : services) start_erasure(calls, service);
  while (const auto arrival = calls.next()) {
    const std::string& service = arrival->name;
    std::visit(Overloaded{[&](const store::Counts& so_far) { book_.report_progress(service, so_far); },
                          [&](const store::DeletionResult& result) { settle(calls, service, result); },
                          [&](const Error& error) {
                            book_.fail(service, StepState::failed, {error.what()}, since_start(service));
                          },
                          [&](const Abandoned&) { settle_abandoned(service); }},
               arrival->what);
  }
}

void ServiceCalls::start_erasure(Erasures& calls, const std::string& service) {
  const auto& target = endpoint(service);
  const store::EraseRequest request{.subject = book_.subject(),
                                    .idempotency_key = book_.idempotency_key(service),
                                    .job = book_.lease().job,
                                    .epoch = book_.lease().epoch};
  const Call call{Deadline::after(target.timeout), stop_};
  started_[service] = clock_->monotonic();
  calls.start(service, call.deadline,
              [data_store = target.data_store, service, request, call, clock = clock_](const auto& notify) {
                return store::erase_safely(*data_store, service, request, call, *clock, notify);
              });
}

void ServiceCalls::settle(Erasures& calls, const std::string& service, const store::DeletionResult& result) {
  if (result.success) return book_.finish(service, result, since_start(service));
  if (stop_.stop_requested()) return;
  const bool is_answer_lost = result.error_code == ErrorCode::outcome_unknown;
  if (is_answer_lost && asked_again_.insert(service).second) {
    book_.begin(service);
    return start_erasure(calls, service);
  }
  book_.fail(service, is_answer_lost ? StepState::unknown : StepState::failed, result.errors, since_start(service));
}

void ServiceCalls::settle_abandoned(const std::string& service) {
  if (stop_.stop_requested()) return;
  book_.fail(service, StepState::unknown, {no_answer(endpoint(service).timeout)}, since_start(service));
}

Milliseconds ServiceCalls::since_start(const std::string& service) const {
  return std::chrono::duration_cast<Milliseconds>(clock_->monotonic() - started_.at(service));
}

ServiceCalls::Findings ServiceCalls::verify(const std::vector<std::string>& services) {
  Findings findings;
  verify_once(services, findings);
  if (findings.unanswered.empty() || stop_.stop_requested()) return findings;
  const auto again = names_of(findings.unanswered);
  findings.unanswered.clear();
  verify_once(again, findings);
  return findings;
}

void ServiceCalls::verify_once(const std::vector<std::string>& services, Findings& findings) {
  FanOut<store::Residue> calls(grace_, stop_);
  for (const auto& service : services) {
    const auto& target = endpoint(service);
    const Call call{Deadline::after(target.timeout), stop_};
    calls.start(service, call.deadline, [data_store = target.data_store, subject = book_.subject(), call](const auto&) {
      return data_store->verify(subject, call);
    });
  }
  while (auto arrival = calls.next()) {
    std::visit(Overloaded{[](const std::monostate&) {},
                          [&](store::Residue& residue) {
                            if (!residue.is_clean()) findings.dirty[arrival->name] = std::move(residue);
                          },
                          [&](const Error& error) { findings.unanswered[arrival->name] = error.what(); },
                          [&](const Abandoned&) {
                            findings.unanswered[arrival->name] = no_answer(endpoint(arrival->name).timeout);
                          }},
               arrival->what);
  }
}

}  // namespace tenure::erasure
