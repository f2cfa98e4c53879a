#include "erasure/service_calls.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/failpoint.h"
#include "base/planted_bug.h"

namespace tenure::erasure {
namespace {

using jobs::StepState;

// By how much the clock of a library that gives up may be ahead of ours.
constexpr Milliseconds kEarly{50};

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

std::vector<std::string> names_of(const std::map<std::string, Error>& entries) {
  std::vector<std::string> names;
  for (const auto& [name, error] : entries) names.push_back(name);
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

Milliseconds time_to_restore(Milliseconds timeout, int failures) {
  const auto longest = std::max(timeout, store::kLongestRestoration);
  for (int at = 0; at < failures && timeout < longest; ++at) timeout *= 2;
  return std::min(timeout, longest);
}

ServiceCalls::ServiceCalls(const ServiceEndpoints& endpoints, StepBook& book, std::shared_ptr<const Clock> clock,
                           const OrchestratorSettings& settings, std::stop_token stop)
    : endpoints_(endpoints), book_(book), clock_(std::move(clock)), settings_(settings), stop_(std::move(stop)) {}

const ServiceEndpoint& ServiceCalls::endpoint(const std::string& service) const {
  return *std::find_if(endpoints_.begin(), endpoints_.end(), [&](const auto& one) { return one.name == service; });
}

void ServiceCalls::erase(const std::vector<std::string>& services) {
  Erasures calls(settings_.grace, stop_);
  asked_again_.clear();
  for (const auto& service : services) start_erasure(calls, service);
  while (const auto arrival = calls.next()) {
    const std::string& service = arrival->name;
    std::visit(Overloaded{[&](const store::Counts& so_far) { book_.report_progress(service, so_far); },
                          [&](const store::DeletionResult& result) { settle(calls, service, result); },
                          [&](const Error& error) {
                            settle_failure(service, Operation::erase, {error.code(), error.retry()}, {error.what()});
                          },
                          [&](const Abandoned&) {
                            settle_failure(service, Operation::erase, {ErrorCode::timeout, Retry::later, true},
                                           {no_answer(endpoint(service).timeout)});
                          }},
               arrival->what);
  }
}

void ServiceCalls::start_erasure(Erasures& calls, const std::string& service) {
  const auto& target = endpoint(service);
  const store::EraseRequest request{
      .subject = book_.subject(),
      .idempotency_key = book_.idempotency_key(service),
      .job = book_.lease().job,
      .epoch = book_.lease().epoch,
      .archive_key = target.data_store->can_archive() ? book_.archive_key() : std::nullopt};
  const Call call{Deadline::after(target.timeout), stop_, book_.trace()};
  note_start(service, target.timeout);
  calls.start(service, call.deadline,
              [data_store = target.data_store, service, request, call, clock = clock_](const auto& notify) {
                return store::erase_safely(*data_store, service, request, call, *clock, notify);
              });
}

void ServiceCalls::settle(Erasures& calls, const std::string& service, const store::DeletionResult& result) {
  TENURE_FAILPOINT("call.answered");
  if (result.success) return book_.finish(service, result, since_start(service));
  if (stop_.stop_requested()) return;
  if (result.error_code == ErrorCode::unfinished) {
    book_.go_on(service, since_start(service));
    return start_erasure(calls, service);
  }
  const bool is_answer_lost = result.error_code == ErrorCode::outcome_unknown;
  if (is_answer_lost && TENURE_BUG("answer.assumed")) return book_.finish(service, result, since_start(service));
  const Trouble trouble{result.error_code, result.retry, is_answer_lost};
  if (is_answer_lost && asked_again_.insert(service).second) {
    note_failure(service, Operation::erase, trouble);
    book_.begin(service);
    return start_erasure(calls, service);
  }
  settle_failure(service, Operation::erase, trouble, result.errors);
}

void ServiceCalls::settle_failure(const std::string& service, Operation operation, const Trouble& trouble,
                                  std::vector<std::string> errors) {
  if (stop_.stop_requested()) return;
  note_failure(service, operation, trouble);
  const auto kind = kind_of(trouble.code, trouble.retry);
  const bool is_answer_lost = trouble.is_answer_lost;
  const bool is_over = kind == FailureKind::permanent || settings_.is_enough(kind, book_.step(service).failures + 1);
  if (is_over) {
    const auto state = is_answer_lost ? StepState::unknown : StepState::failed;
    return book_.fail(service, state, std::move(errors), since_start(service));
  }
  const auto state = is_answer_lost ? StepState::unknown : StepState::running;
  book_.put_off(service, kind, state, std::move(errors), since_start(service));
}

// An answer that is lost because the time was over says so in no other way.
void ServiceCalls::note_failure(const std::string& service, Operation operation, const Trouble& trouble) const {
  const auto duration = since_start(service);
  const bool is_late = trouble.code == ErrorCode::outcome_unknown && duration + kEarly >= started_.at(service).timeout;
  book_.note_call({.job = book_.lease().job,
                   .service = service,
                   .operation = operation,
                   .duration = duration,
                   .failure = is_late ? CallFailure::timeout : call_failure(trouble.code, trouble.retry)});
}

// Rows that came late are erased again, until the last round: then they are a failure.
void ServiceCalls::note_count(const std::string& service, const store::Residue& residue) const {
  const bool is_last_round = book_.step(service).round >= settings_.rounds;
  const bool is_failure = is_last_round && !residue.is_clean();
  book_.note_call({.job = book_.lease().job,
                   .service = service,
                   .operation = Operation::verify,
                   .items = store::total_of(residue.rows_left) + store::total_of(residue.orphans),
                   .duration = since_start(service),
                   .failure = is_failure ? std::optional(CallFailure::rows_left) : std::nullopt});
}

void ServiceCalls::note_start(const std::string& service, Milliseconds timeout) {
  started_[service] = {clock_->monotonic(), timeout};
}

Milliseconds ServiceCalls::since_start(const std::string& service) const {
  return std::chrono::duration_cast<Milliseconds>(clock_->monotonic() - started_.at(service).at);
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
  FanOut<store::Residue> calls(settings_.grace, stop_);
  for (const auto& service : services) {
    const auto& target = endpoint(service);
    const Call call{Deadline::after(target.timeout), stop_, book_.trace()};
    note_start(service, target.timeout);
    calls.start(service, call.deadline, [data_store = target.data_store, subject = book_.subject(), call](const auto&) {
      return data_store->verify(subject, call);
    });
  }
  const auto note_unanswered = [&](const std::string& service, const Error& error) {
    if (!stop_.stop_requested()) note_failure(service, Operation::verify, {error.code(), error.retry()});
    findings.unanswered.insert_or_assign(service, error);
  };
  while (auto arrival = calls.next()) {
    const std::string& service = arrival->name;
    std::visit(Overloaded{[](const std::monostate&) {},
                          [&](store::Residue& residue) {
                            book_.note_verification(service, residue);
                            note_count(service, residue);
                            if (!residue.is_clean()) findings.dirty[service] = std::move(residue);
                          },
                          [&](const Error& error) { note_unanswered(service, error); },
                          [&](const Abandoned&) {
                            note_unanswered(service, Error(ErrorCode::timeout, no_answer(endpoint(service).timeout)));
                          }},
               arrival->what);
  }
}

void ServiceCalls::restore(const std::vector<std::string>& services) {
  FanOut<store::Restoration> calls(settings_.grace, stop_);
  for (const auto& service : services) {
    const auto& target = endpoint(service);
    const store::RestoreRequest request{.subject = book_.subject(),
                                        .job = book_.lease().job,
                                        .epoch = book_.lease().epoch - (TENURE_BUG("restore.same_epoch") ? 1 : 0),
                                        .archive_key = book_.archive_key().value()};
    book_.begin_restoration(service);
    const auto timeout = time_to_restore(target.timeout, book_.step(service).failures);
    note_start(service, timeout);
    const Call call{Deadline::after(timeout), stop_, book_.trace()};
    calls.start(service, call.deadline, [data_store = target.data_store, request, call](const auto&) {
      return data_store->restore(request, call, {});
    });
  }
  while (const auto arrival = calls.next()) {
    const std::string& service = arrival->name;
    std::visit(
        Overloaded{[](const std::monostate&) {},
                   [&](const store::Restoration& restored) {
                     book_.compensate(service, store::total_of(restored.restored_counts), since_start(service));
                   },
                   [&](const Error& error) {
                     std::vector<std::string> errors{fmt::format("bringing back: {}", error.what())};
                     settle_failure(service, Operation::restore, {error.code(), error.retry()}, std::move(errors));
                   },
                   [&](const Abandoned&) {
                     settle_failure(service, Operation::restore, {ErrorCode::timeout, Retry::later},
                                    {"bringing back: no answer in time"});
                   }},
        arrival->what);
    if (std::holds_alternative<store::Restoration>(arrival->what)) TENURE_FAILPOINT("compensate.step.after");
  }
}

}  // namespace tenure::erasure
