#include "erasure/compensation_run.h"

#include <algorithm>

#include "base/failpoint.h"

namespace tenure::erasure {
namespace {

using jobs::StepState;

constexpr Milliseconds kFenceTimeout{30000};

bool is_settled(const jobs::Step& step) {
  return step.state == StepState::compensated || step.state == StepState::skipped;
}

}  // namespace

CompensationRun::CompensationRun(const ServiceEndpoints& endpoints, StepBook& book,
                                 const OrchestratorSettings& settings, std::shared_ptr<const Clock> clock,
                                 std::stop_token stop, TenantDirectory* tenants)
    : endpoints_(endpoints),
      book_(book),
      atomic_(endpoints, book, settings, clock, stop),
      stop_(stop),
      tenants_(tenants),
      rounds_(endpoints, book, settings, std::move(clock), std::move(stop)) {}

Progress CompensationRun::run() {
  // What a run before this one left in doubt holds locks, and has to be one thing or the other before it can be undone.
  if (const auto settled = atomic_.settle(); settled != Progress::clean) return settled;
  book_.skip_pending();
  fail_unreachable();
  // A record that does not come back does not hold up the services' rows; the book knows what is missing in the end.
  if (rounds_.restore(outstanding(true)) == Progress::stopped) return Progress::stopped;
  if (const auto restored = rounds_.restore(outstanding(false)); restored != Progress::clean) return restored;
  if (tenants_ != nullptr) {
    tenants_->undo_deletion(std::get<TenantId>(book_.subject()), book_.lease().job,
                            Call{Deadline::after(kFenceTimeout), stop_, book_.trace()});
  }
  TENURE_FAILPOINT("compensate.finish.before");
  return Progress::clean;
}

Services CompensationRun::outstanding(bool holds_tenant_record) const {
  Services names;
  for (const auto& endpoint : endpoints_) {
    if (endpoint.holds_tenant_record != holds_tenant_record || !book_.knows(endpoint.name)) continue;
    if (endpoint.data_store->can_archive() && !is_settled(book_.step(endpoint.name))) names.push_back(endpoint.name);
  }
  return names;
}

void CompensationRun::fail_unreachable() {
  for (const auto& service : book_.services()) {
    if (is_settled(book_.step(service))) continue;
    const auto endpoint = std::ranges::find(endpoints_, service, &ServiceEndpoint::name);
    const bool is_gone = endpoint == endpoints_.end();
    if (!is_gone && endpoint->data_store->can_archive()) continue;
    book_.note_call({.job = book_.lease().job,
                     .service = service,
                     .operation = Operation::restore,
                     .failure = CallFailure::permanent});
    book_.fail(service, StepState::failed,
               {is_gone ? "bringing back: the service is no longer in the estate"
                        : "bringing back: the service keeps no archive"},
               Milliseconds(0));
  }
}

}  // namespace tenure::erasure
