#include "erasure/orchestrator.h"

#include <algorithm>

#include "base/failpoint.h"
#include "base/pause.h"
#include "erasure/compensation_run.h"
#include "erasure/deletion_preview.h"
#include "erasure/step_book.h"
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

constexpr Milliseconds kFenceTimeout{30000};
constexpr Milliseconds kLookAgain{250};  // at a job that another process runs, or that waits for a service

/// Errors that another orchestrator, or this one later, may not meet again.
bool may_pass(const Error& error) {
  switch (error.code()) {
    case ErrorCode::conflict:
    case ErrorCode::unavailable:
    case ErrorCode::timeout:
    case ErrorCode::unfinished:
    case ErrorCode::outcome_unknown:
      return true;
    default:
      return error.retry() == Retry::later;
  }
}

}  // namespace

Orchestrator::Orchestrator(ServiceEndpoints endpoints, jobs::JobStore& store, std::shared_ptr<const Clock> clock,
                           OrchestratorSettings settings, Directories directories, ErasureTerms terms,
                           ErasureObserver* observer)
    : endpoints_(std::move(endpoints)),
      store_(store),
      clock_(std::move(clock)),
      settings_(settings),
      directories_(directories),
      terms_(std::move(terms)),
      observer_(observer) {}

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
  Leg leg{.next = lease};
  try {
    while (leg.next) leg = run_leased(*leg.next, stop, listener);
  } catch (const Error& error) {
    if (error.code() == ErrorCode::conflict) tell_end(store_.get(lease.job), lease, false);
    throw;
  }
  auto job = store_.get(lease.job);
  tell_end(job, lease, leg.has_ended);
  return job;
}

void Orchestrator::tell_end(const jobs::Job& job, const jobs::Lease& lease, bool has_ended_here) {
  if (observer_ == nullptr) return;
  // Whoever cancels a job of which nothing has begun takes it from the worker that has it; it is the worker that tells.
  const bool is_taken = job.state == jobs::JobState::cancelled && job.lease_epoch == lease.epoch;
  // Somebody may have asked for it anew since.
  if (is_taken || (has_ended_here && jobs::is_terminal(job.state))) observer_->on_job_ended(job);
}

jobs::Job Orchestrator::run_to_end(const JobId& job, const std::string& owner, const std::stop_token& stop,
                                   const ErasureListener& listener) {
  for (;;) {
    auto now = store_.get(job);
    const bool is_over = jobs::is_terminal(now.state) || jobs::waits_for_somebody(now.state);
    if (is_over || stop.stop_requested()) return now;
    if (const auto lease = store_.claim(job, owner, settings_.lease)) {
      try {
        run(*lease, stop, listener);
        continue;
      } catch (const Error& error) {
        // Somebody else took it over.
        if (error.code() != ErrorCode::conflict) throw;
      }
    }
    pause(kLookAgain, stop);
  }
}

std::optional<jobs::Job> Orchestrator::take_over(const Subject& subject, const std::string& owner,
                                                 const std::stop_token& stop, const ErasureListener& listener) {
  const auto active = store_.find_active(subject);
  if (!active) return std::nullopt;
  const auto lease = store_.claim(*active, owner, settings_.lease);
  if (!lease) throw jobs::already_active(subject, *active);
  run(*lease, stop, listener);
  return run_to_end(*active, owner, stop, listener);
}

Orchestrator::Leg Orchestrator::run_leased(const jobs::Lease& lease, const std::stop_token& stop,
                                           const ErasureListener& listener) {
  TENURE_FAILPOINT("claim.after");
  std::stop_source calls;
  const StopAtEnd stop_at_end(calls);
  const std::stop_callback forward(stop, [&] { calls.request_stop(); });
  StepBook book(store_, lease, listener, observer_);
  std::optional<jobs::Lease> next;
  {
    // What is being taken back is taken back to the end.
    const auto requests =
        book.state() == jobs::JobState::compensating ? jobs::Requests::ignored : jobs::Requests::heeded;
    const jobs::LeaseKeeper keeper(store_, lease, settings_.lease, requests, [&] { calls.request_stop(); });
    try {
      if (jobs::is_terminal(book.state())) return {};
      if (book.state() == jobs::JobState::compensating) {
        run_compensation(book, calls.get_token());
      } else if (kind_of(book.subject()) == SubjectKind::tenant) {
        next = run_tenant(book, stop, calls.get_token());
      } else {
        run_user(book, calls.get_token());
      }
    } catch (const Error& error) {
      if (may_pass(error) || book.is_given_back()) throw;
      book.finish_job({error.what()});
    }
  }
  // The keeper asks to stop when the lease is lost; giving it back then fails, as it should.
  if (!book.is_given_back()) store_.release(lease);
  return {.next = std::move(next), .has_ended = jobs::is_terminal(book.state())};
}

std::optional<jobs::Lease> Orchestrator::run_tenant(StepBook& book, const std::stop_token& stop,
                                                    const std::stop_token& calls) {
  TenantErasureRun run(endpoints_, book, settings_, clock_, calls);
  if (auto obstacles = run.obstacles(); !obstacles.empty()) {
    return fail(book, run.is_reversible(), std::move(obstacles));
  }
  if (!is_approval_good(book, calls)) return std::nullopt;
  // A job that waited for its time, or for an approval, has left the tenant alone until now.
  if (directories_.tenants != nullptr && !book.has_begun()) {
    directories_.tenants->begin_deletion(std::get<TenantId>(book.subject()), book.lease().job,
                                         Call{Deadline::after(kFenceTimeout), calls, book.trace()});
  }
  const auto progress = run.run();
  // A stop of the process has no time for more; whoever takes over asks again.
  const auto asked = stop.stop_requested() ? jobs::Checkpoint{} : book.checkpoint();
  if (asked.is_cancel_requested) return cancel(book, run.is_reversible());
  if (progress == Progress::clean) {
    book.finish_job();
    return std::nullopt;
  }
  if (asked.is_held && book.hold()) return std::nullopt;
  if (progress == Progress::failed) return fail(book, run.is_reversible(), {});
  if (progress == Progress::waiting) book.park();
  return std::nullopt;
}

std::optional<jobs::Lease> Orchestrator::cancel(StepBook& book, bool is_reversible) {
  if (is_reversible) return book.begin_compensation("cancelled", {});
  if (book.has_begun()) {
    book.finish_job({"it was to be cancelled, but a service that keeps no archive has been called already"});
  } else {
    if (directories_.tenants != nullptr) {
      directories_.tenants->undo_deletion(std::get<TenantId>(book.subject()), book.lease().job,
                                          Call::within(kFenceTimeout));
    }
    book.finish_cancelled();
  }
  return std::nullopt;
}

std::optional<jobs::Lease> Orchestrator::fail(StepBook& book, bool is_reversible, std::vector<std::string> errors) {
  if (book.on_failure() == jobs::OnFailure::retry || !is_reversible) {
    book.finish_job(std::move(errors));
    return std::nullopt;
  }
  for (auto& error : book.errors()) errors.push_back(std::move(error));
  return book.begin_compensation("service_failed", errors);
}

void Orchestrator::run_compensation(StepBook& book, const std::stop_token& calls) {
  CompensationRun run(endpoints_, book, settings_, clock_, calls, directories_.tenants);
  const auto progress = run.run();
  if (progress == Progress::waiting) return book.park();
  if (progress != Progress::stopped) book.finish_job();
}

void Orchestrator::run_user(StepBook& book, const std::stop_token& calls) {
  UserErasureRun run(endpoints_, book, settings_, clock_, calls, directories_.users, *this);
  if (auto obstacles = run.obstacles(); !obstacles.empty()) return book.finish_job(std::move(obstacles));
  const auto progress = run.run();
  if (progress == Progress::waiting) return book.park();
  if (progress != Progress::stopped) book.finish_job();
}

bool Orchestrator::is_approval_good(StepBook& book, const std::stop_token& calls) {
  if (!book.approved_digest() || book.has_begun()) return true;
  const auto previews = preview_services(endpoints_, book.subject(), calls, book.trace(), settings_.grace);
  if (digest_of(previews) == *book.approved_digest()) return true;
  if (!calls.stop_requested()) book.lapse_approval();
  return false;
}

}  // namespace tenure::erasure
