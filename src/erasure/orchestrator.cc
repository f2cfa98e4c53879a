#include "erasure/orchestrator.h"

#include <algorithm>

#include "erasure/tenant_erasure_run.h"
#include "erasure/user_erasure_run.h"
#include "jobs/lease_keeper.h"

namespace tenure::erasure {
namespace {

/// Asks to stop when it is destroyed, so that calls still running do not outlive their job's run for long.
class StopAtEnd {
 public:
  explicit StopAtEnd(std::stop_source& source) : source_(source) {}
  ~StopAtEnd() { source_.request_stop(); }
  StopAtEnd(const StopAtEnd&) = delete;
  StopAtEnd& operator=(const StopAtEnd&) = delete;

 private:
  std::stop_source& source_;
};

/// Errors that another orchestrator, or this one later, may not meet again.
bool may_pass(const Error& error) {
  switch (error.code()) {
    case ErrorCode::conflict:
    case ErrorCode::unavailable:
    case ErrorCode::timeout:
    case ErrorCode::outcome_unknown:
      return true;
    default:
      return error.retry() == Retry::later;
  }
}

}  // namespace

Orchestrator::Orchestrator(ServiceEndpoints endpoints, jobs::JobStore& store, std::shared_ptr<const Clock> clock,
                           OrchestratorSettings settings, Directories directories)
    : endpoints_(std::move(endpoints)),
      store_(store),
      clock_(std::move(clock)),
      settings_(settings),
      directories_(directories) {}

std::vector<std::string> Orchestrator::steps(SubjectKind subject) const {
  std::vector<std::string> names;
  for (const bool is_record : {false, true}) {
    for (const auto& endpoint : endpoints_) {
      if (endpoint.holds_tenant_record == is_record) names.push_back(endpoint.name);
    }
  }
  if (subject == SubjectKind::user) {
    for (auto& step : own_steps_of_user(directories_.users)) names.push_back(std::move(step));
  }
  return names;
}

jobs::Job Orchestrator::run(const jobs::Lease& lease, const std::stop_token& stop, const ErasureListener& listener) {
  std::stop_source calls;
  const StopAtEnd stop_at_end(calls);
  const std::stop_callback forward(stop, [&] { calls.request_stop(); });
  StepBook book(store_, lease, listener);
  {
    const jobs::LeaseKeeper keeper(store_, lease, settings_.lease, [&] { calls.request_stop(); });
    try {
      if (kind_of(book.subject()) == SubjectKind::tenant) {
        TenantErasureRun(endpoints_, book, settings_, clock_, calls.get_token()).run();
      } else {
        UserErasureRun(endpoints_, book, settings_, clock_, calls.get_token(), directories_.users, *this).run();
      }
    } catch (const Error& error) {
      if (may_pass(error)) throw;
      book.finish_job({error.what()});
    }
  }
  // The keeper asks to stop when the lease is lost; giving it back then fails, as it should.
  if (!jobs::is_terminal(book.state())) store_.release(lease);
  return store_.get(lease.job);
}

}  // namespace tenure::erasure
