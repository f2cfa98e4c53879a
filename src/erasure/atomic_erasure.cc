#include "erasure/atomic_erasure.h"

#include <algorithm>

#include "base/failpoint.h"
#include "erasure/fan_out.h"

namespace tenure::erasure {
namespace {

using jobs::StepState;

struct Done {};

}  // namespace

Progress AtomicErasure::settle() {
  if (const auto& decision = book_.commit_decision()) return commit(*decision);
  return roll_back_others();
}

Progress AtomicErasure::erase(const Services& services) {
  if (const auto settled = settle(); settled != Progress::clean || book_.commit_decision()) return settled;
  Services outstanding;
  std::ranges::copy_if(services, std::back_inserter(outstanding), [&](const auto& service) {
    return is_outstanding(book_.step(service)) && endpoint(service).data_store->atomic() != nullptr;
  });
  if (outstanding.empty()) return Progress::clean;
  if (const auto prepared = prepare(outstanding); prepared != Progress::clean) return prepared;
  TENURE_FAILPOINT("atomic.decide.before");
  book_.decide_commit(outstanding);
  TENURE_FAILPOINT("atomic.decide.after");
  return commit(*book_.commit_decision());
}

Progress AtomicErasure::prepare(const Services& services) {
  for (const auto& service : services) book_.begin(service);
  const auto epoch = book_.lease().epoch;
  const auto failures = call_all(services, epoch, Operation::prepare,
                                 [](store::AtomicStore& atomic, const auto& request, const Call& call) {
                                   atomic.prepare(request, call, {});
                                   TENURE_FAILPOINT("erase.prepare.after");
                                 });
  if (stop_.stop_requested()) return Progress::stopped;
  if (failures.empty()) return Progress::clean;
  // One that cannot be rolled back now holds its locks until the next run settles it.
  call_all(services, epoch, Operation::roll_back,
           [](store::AtomicStore& atomic, const auto& request, const Call& call) {
             atomic.roll_back_prepared(request, call);
           });
  for (const auto& [service, error] : failures) {
    const auto kind = kind_of(error.code(), error.retry());
    if (kind == FailureKind::permanent || settings_.is_enough(kind, book_.step(service).failures + 1)) {
      book_.fail(service, StepState::failed, {error.what()}, Milliseconds(0));
    } else {
      book_.put_off(service, kind, StepState::running, {error.what()}, Milliseconds(0));
    }
  }
  return book_.has_failures() ? Progress::failed : Progress::waiting;
}

Progress AtomicErasure::commit(const jobs::CommitDecision& decision) {
  const auto failures = call_all(decision.services, decision.epoch, Operation::commit,
                                 [](store::AtomicStore& atomic, const auto& request, const Call& call) {
                                   atomic.commit_prepared(request, call);
                                   TENURE_FAILPOINT("atomic.commit.after");
                                 });
  return put_off(failures);
}

Progress AtomicErasure::roll_back_others() {
  const auto failures = call_all(atomic_services(), book_.lease().epoch, Operation::roll_back,
                                 [](store::AtomicStore& atomic, const auto& request, const Call& call) {
                                   for (const auto epoch : atomic.prepared_epochs(*request.job, call)) {
                                     auto earlier = request;
                                     earlier.epoch = epoch;
                                     atomic.roll_back_prepared(earlier, call);
                                   }
                                 });
  return put_off(failures);
}

std::map<std::string, Error> AtomicErasure::call_all(const Services& services, std::int64_t epoch, Operation operation,
                                                     const Work& work) {
  FanOut<Done> calls(settings_.grace, stop_);
  const auto since = clock_->monotonic();
  for (const auto& service : services) {
    const auto& target = endpoint(service);
    const Call call{Deadline::after(target.timeout), stop_};
    calls.start(service, call.deadline,
                [data_store = target.data_store, request = request_for(service, epoch), call, work](const auto&) {
                  work(*data_store->atomic(), request, call);
                  return Done{};
                });
  }
  std::map<std::string, Error> failures;
  while (const auto arrival = calls.next()) {
    const auto duration = std::chrono::duration_cast<Milliseconds>(clock_->monotonic() - since);
    if (const auto* error = std::get_if<Error>(&arrival->what)) failures.insert_or_assign(arrival->name, *error);
    if (std::holds_alternative<Abandoned>(arrival->what)) {
      failures.insert_or_assign(arrival->name,
                                Error(ErrorCode::timeout, "timeout: no answer; what it did is not known"));
    }
    const auto failed = failures.find(arrival->name);
    note(arrival->name, operation, duration, failed == failures.end() ? nullptr : &failed->second);
  }
  return failures;
}

// Each run begins by rolling back, most often nothing: that is told only when it does not work out.
void AtomicErasure::note(const std::string& service, Operation operation, Milliseconds duration,
                         const Error* error) const {
  if (stop_.stop_requested() || (error == nullptr && operation == Operation::roll_back)) return;
  book_.note_call({.job = book_.lease().job,
                   .service = service,
                   .operation = operation,
                   .duration = duration,
                   .failure = error ? std::optional(call_failure(error->code(), error->retry())) : std::nullopt});
}

Progress AtomicErasure::put_off(const std::map<std::string, Error>& failures) {
  if (stop_.stop_requested()) return Progress::stopped;
  for (const auto& [service, error] : failures) {
    book_.wait_for(service, FailureKind::unreachable);
  }
  return failures.empty() ? Progress::clean : Progress::waiting;
}

const ServiceEndpoint& AtomicErasure::endpoint(const std::string& service) const {
  return *std::ranges::find(endpoints_, service, &ServiceEndpoint::name);
}

Services AtomicErasure::atomic_services() const {
  Services names;
  for (const auto& one : endpoints_) {
    if (one.data_store->atomic() != nullptr && book_.knows(one.name)) names.push_back(one.name);
  }
  return names;
}

store::EraseRequest AtomicErasure::request_for(const std::string& service, std::int64_t epoch) const {
  return {.subject = book_.subject(),
          .idempotency_key = book_.idempotency_key(service),
          .job = book_.lease().job,
          .epoch = epoch,
          .archive_key = endpoint(service).data_store->can_archive() ? book_.archive_key() : std::nullopt};
}

}  // namespace tenure::erasure
